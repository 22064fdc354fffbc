/**
 * The dashboard's way to the browser: the files of {@code resources/web} and of the chart library's
 * WebJar, a fixed list of them, read once and served from memory. What the page shows it asks of
 * the JSON interface; nothing here knows of proxies.
 *
 * <p>The page is plain HTML, CSS and modules of JavaScript without a build step, one idea a file,
 * as {@code app.js} puts them together. The files hold no data and are served to everybody; the
 * Content-Security-Policy allows no script, style or connection but the server's own.
 */
@NullMarked
package io.tcpbalance.admin.web;

import org.jspecify.annotations.NullMarked;
