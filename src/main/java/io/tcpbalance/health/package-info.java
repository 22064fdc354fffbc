/**
 * Probes of back-ends. Knows {@code balancer}, {@code dns}, {@code relay} and {@code config}; is
 * known by {@code proxy}, which starts the monitor.
 *
 * <p>{@link io.tcpbalance.health.HealthMonitor} is the actor; what it decides stands in plain
 * classes: {@code Judge} (is this host healthy, by {@code ProbeHistory} and {@code FlapDamping})
 * and {@code ProbeSchedule} and {@code TrialPlan} (when to look again).
 *
 * <p>Why the monitor believes of a host what the balancer says, and not what it has told the
 * balancer: sessions and operators have a say too, and a message may be lost when an actor dies. It
 * repeats itself until it hears that it was understood.
 *
 * <p>Why a trial compile follows a connect that went well, instead of having a timer of its own: a
 * host that does not accept need not be tried, and one that has failed is to be tried as soon as it
 * accepts again. How it gets its slot is the matter of {@code proxy}, which implements {@link
 * io.tcpbalance.health.TrialCompiles}.
 *
 * <p>Why hosts tell their slots ({@code max-connections = auto}) to one {@link
 * io.tcpbalance.health.StatsReader} of the daemon, on threads of its own: to be asked too often
 * stops distccd from accepting jobs, so the least interval must hold over all proxies and all lives
 * of their monitors. {@code SlotLearner} is the monitor's part of it; the balancer keeps what was
 * told, apart from what operators say.
 *
 * <p>Why one actor for all probes of a proxy, and not one each: a probe is a timer and a future,
 * and there may be thousands. Why the relay's loops connect, and not streams: the same
 * classification of errors, in the same words, and the same threads.
 */
@NullMarked
package io.tcpbalance.health;

import org.jspecify.annotations.NullMarked;
