package io.tcpbalance.admin;

import io.tcpbalance.config.ProxySettings;
import java.util.List;

/** A proxy in JSON. */
record ProxyView(
    String name,
    String listen,
    String protocol,
    boolean accepting,
    int waiting,
    String startedAt,
    long connectTimeoutMs,
    long idleTimeoutMs,
    long queueTimeoutMs,
    int queueMaxLength,
    List<BackendView> backends) {

  static ProxyView of(ProxyState state) {
    ProxySettings settings = state.description().settings();
    return new ProxyView(
        settings.name(),
        state.listen(),
        Texts.word(settings.protocol()),
        state.description().accepting(),
        state.pool().waiting(),
        Texts.time(state.pool().startedAt()),
        settings.connectTimeout().toMillis(),
        settings.idleTimeout().toMillis(),
        settings.queue().timeout().toMillis(),
        settings.queue().maxLength(),
        state.pool().backends().stream().map(BackendView::of).toList());
  }
}
