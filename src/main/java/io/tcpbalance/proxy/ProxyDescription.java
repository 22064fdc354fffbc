package io.tcpbalance.proxy;

import io.tcpbalance.config.ProxySettings;
import java.net.InetSocketAddress;

/**
 * What a proxy is.
 *
 * @param address where it really listens
 * @param accepting whether new clients are taken
 */
public record ProxyDescription(
    ProxySettings settings, InetSocketAddress address, boolean accepting) {}
