/**
 * What is shown live: the state of all proxies at most four times a second, as long as somebody
 * looks, and notices of what happens. Knows of {@code admin} its JSON and its way to the proxies;
 * {@link io.tcpbalance.admin.live.Live} is the way in.
 *
 * <p>The proxies are looked at, and do not report: so a job costs nothing for the sake of viewers,
 * and a burst of changes is one change. A look costs the same however many viewers there are.
 *
 * <p>A viewer that reads too slowly gets the whole state once it reads again, instead of all the
 * changes that it has missed; so it holds a bounded amount of memory, and nobody waits for it.
 * Events have no {@code id}: a stream is never resumed, it begins with the whole state, in which
 * each notice that is kept stands once. That holds for other code in the same process, too, which
 * goes on with the notices that there are.
 */
@NullMarked
package io.tcpbalance.admin.live;

import org.jspecify.annotations.NullMarked;
