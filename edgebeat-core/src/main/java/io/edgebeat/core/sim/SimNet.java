package io.edgebeat.core.sim;

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
import io.edgebeat.core.codec.RecordCodec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The network of a {@link SimWorld}. Messages travel as bytes; what happens to them on the way is
 * decided by {@link Weather} and the seed.
 */
public final class SimNet {
  private static final RecordCodec<PeerEnvelope> CODEC = RecordCodec.of(PeerEnvelope.class);

  /**
   * What may happen to a message.
   *
   * @param drop how likely it is lost
   * @param duplicate how likely it arrives twice
   * @param corrupt how likely one of its bits arrives turned
   * @param leastNanos the shortest way
   * @param mostNanos the longest way; a later message may overtake an earlier one
   */
  public record Weather(
      double drop, double duplicate, double corrupt, long leastNanos, long mostNanos) {
    /** Nothing is lost and nothing overtakes by much. */
    public static final Weather FAIR = new Weather(0, 0, 0, 200_000, 2_000_000);
  }

  private final SimWorld world;
  private final SplittableRandom chance;
  private final Map<PeerEndpoint, Door> doors = new HashMap<>();
  private final Set<Address> cutOff = new HashSet<>();
  private final Map<String, Long> happened = new TreeMap<>();
  private final Map<Address, Function<PeerEnvelope, Optional<PeerEnvelope>>> tongues =
      new HashMap<>();
  private Weather weather = Weather.FAIR;

  private record Door(Transport transport, PeerAcceptor acceptor) {
    Address owner() {
      return transport.self;
    }
  }

  /** A network that reaches everybody. */
  public SimNet(SimWorld world) {
    this.world = world;
    this.chance = world.chance();
  }

  /** Changes what happens to messages from now on. */
  public void weather(Weather value) {
    weather = value;
  }

  /** Cuts a node off from all others, or lets it back. */
  public void cutOff(Address node, boolean off) {
    if (off) {
      cutOff.add(node);
    } else {
      cutOff.remove(node);
    }
  }

  /** How often each kind of trouble has happened. */
  public Map<String, Long> happened() {
    return happened;
  }

  private boolean isCut(Address one, Address other) {
    return cutOff.contains(one) || cutOff.contains(other);
  }

  private boolean roll(double likely, String what) {
    if (likely > 0 && chance.nextDouble() < likely) {
      happened.merge(what, 1L, Long::sum);
      return true;
    }
    return false;
  }

  /**
   * The transport of one process.
   *
   * @param self who it is
   * @param lives whether the process still runs
   */
  public PeerTransport transport(Address self, BooleanSupplier lives) {
    return new Transport(self, lives);
  }

  /**
   * Lets a node say something else than its engine does.
   *
   * @param node the cheat
   * @param words what becomes of each message; empty to say nothing
   */
  public void tongue(Address node, Function<PeerEnvelope, Optional<PeerEnvelope>> words) {
    tongues.put(node, words);
  }

  private final class Transport implements PeerTransport {
    private final Address self;
    private final BooleanSupplier lives;
    private boolean closed;

    Transport(Address self, BooleanSupplier lives) {
      this.self = self;
      this.lives = lives;
    }

    boolean gone() {
      return closed || !lives.getAsBoolean();
    }

    @Override
    public PeerServer listen(PeerEndpoint at, PeerAcceptor acceptor) {
      PeerEndpoint endpoint = at.uri().isEmpty() ? new PeerEndpoint("sim:" + self) : at;
      // A process that was killed did not close its door; the next one takes it over.
      Door door = new Door(this, acceptor);
      doors.put(endpoint, door);
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
    public PeerSession connect(PeerEndpoint to, Address expected, PeerAcceptor back) {
      Door door = Optional.ofNullable(doors.get(to)).orElseThrow(() -> unreachable(to.toString()));
      if (gone() || door.transport.gone() || isCut(self, door.owner())) {
        throw unreachable(to.toString());
      }
      if (!door.owner().equals(expected)) {
        throw new EdgeBeatException(
            ErrorCode.PEER_MISBEHAVED,
            "at " + to + " is " + door.owner() + ", expected " + expected);
      }
      Wire wire = new Wire(to, this, door, back);
      return wire.near;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static EdgeBeatException unreachable(String what) {
    return new EdgeBeatException(
        ErrorCode.PEER_UNREACHABLE, RetryAdvice.SAME_CALL, what + " is not reached", null);
  }

  /** One connection. */
  private final class Wire {
    private final PeerEndpoint to;
    private final Transport from;
    private final Door door;
    private final PeerAcceptor back;
    private final PeerSession near;
    private final PeerSession far;
    private boolean closed;

    Wire(PeerEndpoint to, Transport from, Door door, PeerAcceptor back) {
      this.to = to;
      this.from = from;
      this.door = door;
      this.back = back;
      near = new End(door.owner(), true);
      far = new End(from.self, false);
    }

    private boolean broken() {
      return closed || from.gone() || door.transport.gone() || !door.equals(doors.get(to));
    }

    private final class End implements PeerSession {
      private final Address remote;
      private final boolean outward;

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
        if (broken()) {
          throw unreachable(remote.toString());
        }
        Address speaker = outward ? from.self : door.owner();
        Optional<PeerEnvelope> said = tongues.getOrDefault(speaker, Optional::of).apply(envelope);
        said.map(CODEC::encode)
            .ifPresent(
                bytes -> {
                  carry(bytes);
                  if (roll(weather.duplicate(), "duplicate")) {
                    carry(bytes);
                  }
                });
      }

      private void carry(byte[] bytes) {
        if (roll(weather.drop(), "drop")) {
          return;
        }
        byte[] arrives = bytes.clone();
        if (roll(weather.corrupt(), "corrupt")) {
          arrives[chance.nextInt(arrives.length)] ^= (byte) (1 << chance.nextInt(8));
        }
        long way = chance.nextLong(weather.leastNanos(), weather.mostNanos() + 1);
        world.after(way, () -> arrive(arrives));
      }

      private void arrive(byte[] bytes) {
        if (broken() || isCut(from.self, door.owner())) {
          happened.merge("cut", 1L, Long::sum);
          return;
        }
        PeerEnvelope envelope;
        try {
          envelope = CODEC.decode(bytes);
        } catch (EdgeBeatException | IllegalArgumentException unreadable) {
          happened.merge("unreadable", 1L, Long::sum);
          return;
        }
        if (outward) {
          SimHost.silencedByDeath(
              () -> door.acceptor.received(far, envelope), () -> !door.transport.gone());
        } else {
          SimHost.silencedByDeath(() -> back.received(near, envelope), () -> !from.gone());
        }
      }

      @Override
      public void close() {
        closed = true;
      }
    }
  }
}
