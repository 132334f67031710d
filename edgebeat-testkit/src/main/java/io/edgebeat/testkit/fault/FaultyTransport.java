package io.edgebeat.testkit.fault;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.net.PeerAcceptor;
import io.edgebeat.api.net.PeerEndpoint;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerServer;
import io.edgebeat.api.net.PeerSession;
import io.edgebeat.api.net.PeerTransport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A transport that loses, doubles, corrupts or cuts what this node sends, when it was told to.
 * Messages are counted over all connections of the node, answers included.
 */
public final class FaultyTransport implements PeerTransport {
  private static final String LOST = "message lost";
  private static final String DOUBLED = "message doubled";
  private static final String CORRUPTED = "message corrupted";
  private static final String CUT = "connection cut";

  private final PeerTransport transport;
  private final Faults faults;

  /**
   * Wraps a sound transport.
   *
   * @param transport the sound one
   * @param seed what likelihoods are drawn from
   */
  public FaultyTransport(PeerTransport transport, long seed) {
    this.transport = Objects.requireNonNull(transport, "transport");
    this.faults = new Faults(seed);
  }

  /**
   * The nth message, from 1, never arrives.
   *
   * @param nth which
   * @return this
   */
  public FaultyTransport loses(long nth) {
    faults.at(LOST, nth);
    return this;
  }

  /**
   * Each message never arrives with a likelihood.
   *
   * @param likelihood in 0 .. 1
   * @return this
   */
  public FaultyTransport loses(double likelihood) {
    faults.likely(LOST, likelihood);
    return this;
  }

  /**
   * The nth message, from 1, arrives twice.
   *
   * @param nth which
   * @return this
   */
  public FaultyTransport doubles(long nth) {
    faults.at(DOUBLED, nth);
    return this;
  }

  /**
   * The nth message, from 1, arrives with one bit changed: in the signature or preimage that it
   * carries, else in its number. A transport that authenticates lets no such message through; it
   * shows whether the other node trusts its transport.
   *
   * @param nth which
   * @return this
   */
  public FaultyTransport corrupts(long nth) {
    faults.at(CORRUPTED, nth);
    return this;
  }

  /**
   * Each message arrives with one bit changed, with a likelihood.
   *
   * @param likelihood in 0 .. 1
   * @return this
   */
  public FaultyTransport corrupts(double likelihood) {
    faults.likely(CORRUPTED, likelihood);
    return this;
  }

  /**
   * Instead of the nth message, from 1, its connection is closed; whoever sends is told {@code
   * PEER_UNREACHABLE}.
   *
   * @param nth which
   * @return this
   */
  public FaultyTransport cuts(long nth) {
    faults.at(CUT, nth);
    return this;
  }

  /**
   * What went wrong so far.
   *
   * @return one line for each fault, in order
   */
  public List<String> happened() {
    return faults.happened();
  }

  @Override
  public PeerServer listen(PeerEndpoint at, PeerAcceptor acceptor) {
    return transport.listen(at, wrap(acceptor));
  }

  @Override
  public PeerSession connect(PeerEndpoint to, Address expected, PeerAcceptor acceptor) {
    return new Faulty(transport.connect(to, expected, wrap(acceptor)));
  }

  @Override
  public Duration roundTrip(PeerEndpoint to) {
    return transport.roundTrip(to);
  }

  @Override
  public void close() {
    transport.close();
  }

  private PeerAcceptor wrap(PeerAcceptor acceptor) {
    return (session, envelope) -> acceptor.received(new Faulty(session), envelope);
  }

  private final class Faulty implements PeerSession {
    private final PeerSession session;

    Faulty(PeerSession session) {
      this.session = session;
    }

    @Override
    public Address remote() {
      return session.remote();
    }

    @Override
    public void send(PeerEnvelope envelope) {
      if (faults.strike(CUT)) {
        session.close();
        throw new EdgeBeatException(
            ErrorCode.PEER_UNREACHABLE,
            RetryAdvice.SAME_CALL,
            CUT + ", as the test wants it: " + session.remote(),
            null);
      }
      if (faults.strike(LOST)) {
        return;
      }
      session.send(faults.strike(CORRUPTED) ? Corruption.of(envelope, faults) : envelope);
      if (faults.strike(DOUBLED)) {
        session.send(envelope);
      }
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
