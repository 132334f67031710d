package io.edgebeat;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.net.PeerAcceptor;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.net.PeerServer;
import io.edgebeat.api.net.PeerSession;
import io.edgebeat.api.net.PeerTransport;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Says what its node says, and beside each word about a stream of a task some more. */
final class LyingTransport implements PeerTransport {
  private final PeerTransport honest;
  private final Function<PeerMessage, List<PeerMessage>> lies;
  private final AtomicLong words;

  /**
   * A transport that lies.
   *
   * @param lies what is said after a message
   * @param words counts what is said about streams
   */
  LyingTransport(
      PeerTransport honest, Function<PeerMessage, List<PeerMessage>> lies, AtomicLong words) {
    this.honest = honest;
    this.lies = lies;
    this.words = words;
  }

  @Override
  public PeerServer listen(PeerEndpoint at, PeerAcceptor acceptor) {
    return honest.listen(at, wrap(acceptor));
  }

  @Override
  public PeerSession connect(PeerEndpoint to, Address expected, PeerAcceptor acceptor) {
    return wrap(honest.connect(to, expected, wrap(acceptor)));
  }

  @Override
  public void close() {
    honest.close();
  }

  private PeerAcceptor wrap(PeerAcceptor acceptor) {
    return (session, envelope) -> acceptor.received(wrap(session), envelope);
  }

  private PeerSession wrap(PeerSession session) {
    return new PeerSession() {
      @Override
      public Address remote() {
        return session.remote();
      }

      @Override
      public void send(PeerEnvelope envelope) {
        session.send(envelope);
        PeerMessage message = envelope.message();
        if (message instanceof PeerMessage.TaskSaid || message instanceof PeerMessage.TaskHeard) {
          words.incrementAndGet();
        }
        for (PeerMessage lie : lies.apply(message)) {
          words.incrementAndGet();
          session.send(new PeerEnvelope(envelope.negotiation(), 0, envelope.seen(), lie));
        }
      }

      @Override
      public void close() {
        session.close();
      }
    };
  }
}
