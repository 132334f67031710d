package io.edgebeat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.net.PeerAcceptor;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerSession;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What came to a node, and on which connections. */
final class Inbox implements PeerAcceptor {
  private final List<PeerEnvelope> envelopes = new CopyOnWriteArrayList<>();
  private final List<PeerSession> sessions = new CopyOnWriteArrayList<>();

  @Override
  public void received(PeerSession session, PeerEnvelope envelope) {
    sessions.add(session);
    envelopes.add(envelope);
  }

  List<PeerEnvelope> envelopes() {
    return envelopes;
  }

  List<PeerSession> sessions() {
    return sessions;
  }

  List<PeerEnvelope> await(int count) throws InterruptedException {
    return Check.await(() -> envelopes, all -> assertThat(all).hasSizeGreaterThanOrEqualTo(count));
  }
}
