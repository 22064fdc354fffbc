package io.tcpbalance.proxy;

import io.tcpbalance.config.ProxySettings;
import java.net.InetSocketAddress;

/**
 * What a proxy is.
 *
 * @param address where it really listens
 * @param accepting whether new clients are taken
 * @param jobs what became of jobs; all zero where the protocol is not distcc
 */
public record ProxyDescription(
    ProxySettings settings, InetSocketAddress address, boolean accepting, JobCounts jobs) {}
