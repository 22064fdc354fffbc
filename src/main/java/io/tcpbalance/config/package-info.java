/**
 * What the daemon was told: typed, validated records read from HOCON. Knows no other package.
 *
 * <p>{@link io.tcpbalance.config.SettingsLoader} is the way in. It tells everything that is wrong
 * at once, each with file, line and path. So readers record problems and go on, and a block is not
 * merged with its defaults but laid over them: a merged value has forgotten its line.
 */
@NullMarked
package io.tcpbalance.config;

import org.jspecify.annotations.NullMarked;
