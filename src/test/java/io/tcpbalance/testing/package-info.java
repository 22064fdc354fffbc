/**
 * What tests of several packages share: farms of real distccd processes and a real distcc client.
 *
 * <p>Knows the JDK only and nothing of the product.
 */
@NullMarked
package io.tcpbalance.testing;

import org.jspecify.annotations.NullMarked;
