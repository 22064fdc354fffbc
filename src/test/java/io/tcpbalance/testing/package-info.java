/**
 * What tests of several packages share: farms of real distccd processes, a real distcc client, and
 * fake back-ends that misbehave in one way each.
 *
 * <p>Knows the JDK only and nothing of the product.
 */
@NullMarked
package io.tcpbalance.testing;

import org.jspecify.annotations.NullMarked;
