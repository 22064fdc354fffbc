/**
 * What the nodes of a cluster tell each other for shared pools, and its form on the wire: {@link
 * io.tcpbalance.cluster.mail.Letter}s, of which those of a pool carry {@link
 * io.tcpbalance.cluster.mail.ToPool} and {@link io.tcpbalance.cluster.mail.ToNode}. Records, and
 * what writes and reads them; what is done about them is decided in the package above, which this
 * one does not know.
 *
 * <p>{@code cluster.remote} uses the same form for what it sends besides.
 *
 * <p>The wire has a form of its own, which can name nothing but these types, whatever the bytes say
 * ({@link io.tcpbalance.cluster.mail.MailCodec}).
 *
 * <p><b>Nodes of different versions</b> of one minor line work together, so that a cluster can be
 * upgraded node by node:
 *
 * <ul>
 *   <li>Fields are only ever added, at the end of a letter, of mail or of an item; what is in a
 *       list has no end of its own, so what is new of it goes into another list behind it. A reader
 *       gives fields that are missing a value of its own, and skips bytes after those it knows.
 *   <li>Items of a kind that a reader does not know, and those that make no sense to it, count as
 *       {@link io.tcpbalance.cluster.mail.Unknown}; questions are refused with the advice to
 *       upgrade. Mail of unknown kind is dropped, so there is none but what can be lost.
 *   <li>A field of words gets new ones only where its readers take unknown ones for another.
 *   <li>No decision may depend on an addition, since those who do not know it decide too.
 * </ul>
 *
 * <p>Each addition makes {@link io.tcpbalance.cluster.mail.Letter#FORM} greater by one; letters
 * carry it, and a node that meets another form says so in its log. The first release of a minor
 * line may do away with what the line before has.
 */
@NullMarked
package io.tcpbalance.cluster.mail;

import org.jspecify.annotations.NullMarked;
