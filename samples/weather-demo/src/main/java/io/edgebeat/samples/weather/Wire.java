package io.edgebeat.samples.weather;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.net.PeerAcceptor;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerServer;
import io.edgebeat.api.net.PeerSession;
import io.edgebeat.api.net.PeerTransport;
import java.util.function.Consumer;

/**
 * A transport with a hand on it: between a node and its network, it can change, lose or end what is
 * said. The node behind it is an ordinary one.
 *
 * <p>One message at a time passes, so that nothing slips through while it is being cut.
 */
class Wire implements PeerTransport {
  private final PeerTransport under;
  private boolean cut;

  Wire(PeerTransport under) {
    this.under = under;
  }

  /** The node says something; whatever is to arrive is handed onward. */
  void says(PeerEnvelope envelope, Consumer<PeerEnvelope> onward) {
    onward.accept(envelope);
  }

  /** The node is told something. */
  void hears(PeerEnvelope envelope, Consumer<PeerEnvelope> onward) {
    onward.accept(envelope);
  }

  /** From now on nothing passes, in either direction. */
  final synchronized void cut() {
    cut = true;
  }

  private synchronized void out(PeerSession session, PeerEnvelope envelope) {
    if (!cut) {
      says(envelope, session::send);
    }
  }

  private synchronized void in(PeerAcceptor node, PeerSession session, PeerEnvelope envelope) {
    if (!cut) {
      hears(envelope, e -> node.received(session, e));
    }
  }

  private PeerAcceptor watched(PeerAcceptor node) {
    return (session, envelope) -> in(node, watched(session), envelope);
  }

  private PeerSession watched(PeerSession session) {
    return new PeerSession() {
      @Override
      public Address remote() {
        return session.remote();
      }

      @Override
      public void send(PeerEnvelope envelope) {
        out(session, envelope);
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }

  @Override
  public PeerServer listen(PeerEndpoint at, PeerAcceptor acceptor) {
    return under.listen(at, watched(acceptor));
  }

  @Override
  public PeerSession connect(PeerEndpoint to, Address expected, PeerAcceptor acceptor) {
    return watched(under.connect(to, expected, watched(acceptor)));
  }

  @Override
  public void close() {
    under.close();
  }
}
