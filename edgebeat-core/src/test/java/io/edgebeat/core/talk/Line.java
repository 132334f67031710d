package io.edgebeat.core.talk;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.ExecutionLog;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.TaskStream;
import io.edgebeat.core.codec.RecordCodec;
import io.edgebeat.core.sim.SimWorld;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Both sides of a talk in virtual time, and a line between them that the seed makes bad. */
final class Line {
  private static final RecordCodec<PeerEnvelope> CODEC = RecordCodec.of(PeerEnvelope.class);
  private static final NegotiationId ID = NegotiationId.of(new byte[16]);
  static final int TASK = 3;

  final SimWorld world;
  final SplittableRandom chance;
  final List<PeerMessage> toSeller = new ArrayList<>();
  final List<PeerMessage> toBuyer = new ArrayList<>();
  final ExecutionLog said = new ExecutionLog(TaskStream.values());
  BuyerTalk buyer;
  SellerTalk seller;
  double lost;
  double twice;
  long mostNanos = 1_000_000;
  boolean cut;
  boolean lies;
  boolean closed;
  private long endNanos = Duration.ofMinutes(8).toNanos();
  BuyerHost.Place place = new BuyerHost.Place(TASK, true, false);

  Line(long seed) {
    world = new SimWorld(seed);
    chance = world.chance();
    buyer = buyer(1);
    seller = new SellerTalk(TASK, new End(message -> buyer.received(message), toBuyer), over -> {});
    seller.runs(said, EnumSet.allOf(TaskStream.class));
  }

  /** The buyer's side as a node of some life has it. */
  BuyerTalk buyer(long life) {
    return new BuyerTalk("t", life, new BuyerEnd());
  }

  static Blob text(String text) {
    return Blob.of(text.getBytes(StandardCharsets.UTF_8));
  }

  static String text(Blob blob) {
    return new String(blob.toBytes(), StandardCharsets.UTF_8);
  }

  /** Nobody calls anything for so long. */
  void idle(Duration time) {
    endNanos += time.toNanos();
    world.run(time);
  }

  /** The program ends; the engines tell the buyer's side, after a while. */
  void ends(Duration later) {
    said.end();
    seller.over();
    world.after(
        later,
        () -> {
          place = new BuyerHost.Place(TASK, true, true);
          buyer.look();
        });
  }

  /** A program that sends back what it is sent, and says how often. */
  void echoes() {
    world.after(
        Duration.ofMillis(5),
        () -> {
          while (!seller.isFull()) {
            var message = seller.poll();
            if (message.isEmpty()) {
              break;
            }
            String heard = text(message.get());
            said.write(("log " + heard + "\n").getBytes(StandardCharsets.UTF_8));
            write("echo " + heard);
          }
          echoes();
        });
  }

  void write(String message) {
    if (seller.isFull()) {
      throw new AssertionError("there is no room for " + message);
    }
    try {
      seller.write(text(message));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private class End implements TalkHost {
    private final Consumer<PeerMessage> other;
    private final List<PeerMessage> all;

    End(Consumer<PeerMessage> other, List<PeerMessage> all) {
      this.other = other;
      this.all = all;
    }

    @Override
    public void say(PeerMessage message) {
      all.add(message);
      if (all.size() > 100_000) {
        throw new AssertionError("it is said for ever: " + message);
      }
      send(message);
      if (lies) {
        TalkLies.after(message).forEach(this::send);
      }
    }

    private void send(PeerMessage message) {
      byte[] bytes = CODEC.encode(new PeerEnvelope(ID, 0, 0, message));
      int copies = chance.nextDouble() < lost ? 0 : chance.nextDouble() < twice ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        world.after(
            Duration.ofNanos(chance.nextLong(100_000, mostNanos + 1)),
            () -> {
              if (!cut) {
                other.accept(CODEC.decode(bytes).message());
              }
            });
      }
    }

    @Override
    public void after(Duration delay, Runnable task) {
      world.after(delay, task);
    }

    @Override
    public void listen(String name, Predicate<Duration> step) {
      world.after(
          Duration.ofMillis(20),
          () -> {
            if (step.test(Duration.ZERO)) {
              listen(name, step);
            }
          });
    }
  }

  private final class BuyerEnd extends End implements BuyerHost {
    BuyerEnd() {
      super(message -> seller.received(message), toSeller);
    }

    @Override
    public Place place() {
      return place;
    }

    @Override
    public long nanos() {
      return world.nanos();
    }

    @Override
    public void pause(long nanos, Wait wait) {
      world.run(Duration.ofNanos(Math.min(nanos, 5_000_000)));
      if (world.nanos() > endNanos) {
        throw new AssertionError("nothing goes on any more");
      }
    }

    @Override
    public void requireOpen() {
      if (closed) {
        throw new EdgeBeatException(ErrorCode.CLOSED, "the node is closed");
      }
    }
  }
}
