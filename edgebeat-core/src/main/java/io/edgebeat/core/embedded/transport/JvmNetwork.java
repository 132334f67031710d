package io.edgebeat.core.embedded.transport;

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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Connects the nodes of one JVM. A message is handed over as the immutable value it is; who speaks
 * is known because each node gets its own transport.
 */
public final class JvmNetwork {
  private final Map<PeerEndpoint, Door> doors = new ConcurrentHashMap<>();

  private record Door(Transport transport, PeerAcceptor acceptor) {
    Address owner() {
      return transport.self;
    }
  }

  /** The transport of one node. */
  public PeerTransport transport(Address self) {
    return new Transport(self);
  }

  private final class Transport implements PeerTransport {
    private final Address self;
    private final AtomicBoolean closed = new AtomicBoolean();

    Transport(Address self) {
      this.self = self;
    }

    @Override
    public PeerServer listen(PeerEndpoint at, PeerAcceptor acceptor) {
      requireOpen();
      PeerEndpoint endpoint = at.uri().isEmpty() ? new PeerEndpoint("jvm:" + self) : at;
      Door door = new Door(this, acceptor);
      if (doors.putIfAbsent(endpoint, door) != null) {
        throw new EdgeBeatException(
            ErrorCode.DUPLICATE, "another node of this JVM listens at " + endpoint);
      }
      return new PeerServer() {
        @Override
        public PeerEndpoint endpoint() {
          return endpoint;
        }

        @Override
        public void close() {
          doors.remove(endpoint, door);
        }
      };
    }

    @Override
    public PeerSession connect(PeerEndpoint to, Address expected, PeerAcceptor acceptor) {
      requireOpen();
      Door door = doors.get(to);
      if (door == null) {
        throw new EdgeBeatException(
            ErrorCode.PEER_UNREACHABLE,
            RetryAdvice.AFTER_STATE_CHANGE,
            "no node of this JVM listens at " + to,
            null);
      }
      if (!door.owner().equals(expected)) {
        throw new EdgeBeatException(
            ErrorCode.PEER_MISBEHAVED,
            "at " + to + " is " + door.owner() + ", expected " + expected);
      }
      Pair pair = new Pair(to, this, door, acceptor);
      return pair.near;
    }

    private void requireOpen() {
      if (closed.get()) {
        throw new EdgeBeatException(ErrorCode.CLOSED, "the transport of " + self + " is closed");
      }
    }

    /** Its doors too: who asks for one of them next is told that nobody is there. */
    @Override
    public void close() {
      closed.set(true);
      doors.values().removeIf(door -> door.transport.equals(this));
    }
  }

  /** The two ends of one connection; it lasts as long as the transports and the door it came by. */
  private final class Pair {
    private final AtomicBoolean closed = new AtomicBoolean();
    private final PeerEndpoint to;
    private final Transport from;
    private final Door door;
    private final PeerAcceptor back;
    private final PeerSession near;
    private final PeerSession far;

    Pair(PeerEndpoint to, Transport from, Door door, PeerAcceptor back) {
      this.to = to;
      this.from = from;
      this.door = door;
      this.back = back;
      this.near = new End(door.owner(), true);
      this.far = new End(from.self, false);
    }

    private final class End implements PeerSession {
      private final Address remote;
      private final boolean outward;
      private final AtomicBoolean closedHere = new AtomicBoolean();

      End(Address remote, boolean outward) {
        this.remote = remote;
        this.outward = outward;
      }

      @Override
      public Address remote() {
        return remote;
      }

      @Override
      public void send(PeerEnvelope envelope) {
        Transport own = outward ? from : door.transport;
        Transport other = outward ? door.transport : from;
        if (closedHere.get() || own.closed.get()) {
          throw new EdgeBeatException(
              ErrorCode.CLOSED, "the connection of " + own.self + " to " + remote + " is closed");
        }
        if (closed.get() || other.closed.get() || !door.equals(doors.get(to))) {
          throw new EdgeBeatException(
              ErrorCode.PEER_UNREACHABLE,
              RetryAdvice.SAME_CALL,
              "the connection between " + from.self + " and " + to + " is closed",
              null);
        }
        if (outward) {
          door.acceptor.received(far, envelope);
        } else {
          back.received(near, envelope);
        }
      }

      @Override
      public void close() {
        closedHere.set(true);
        closed.set(true);
      }
    }
  }
}
