package io.edgebeat.core.talk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.TaskChannel;
import io.edgebeat.api.task.TaskStream;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Both sides of a talk against nodes that were restarted, are silent, or lie. */
class TalkTest {
  private static final int SEEDS = 30;
  private static final Duration SOON = Duration.ofSeconds(20);

  private static String next(Line line) {
    return line.buyer.await(SOON).map(Line::text).orElse("nothing");
  }

  /** On any line; {@link TalkMistakesTest} shows that the trial finds mistakes. */
  @Test
  void everySeedKeepsThePromises() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        Trial.of(seed);
      } catch (RuntimeException | AssertionError e) {
        fail("seed " + seed, e);
      }
    }
  }

  @Test
  void aRestartedBuyerIsToldWhatItsFormerLifeHasTaken() {
    Line line = new Line(1);
    line.write("a");
    line.write("b");
    assertThat(next(line)).isEqualTo("a");
    assertThat(next(line)).isEqualTo("b");
    line.buyer.send(Line.text("one"));
    line.world.run(SOON);
    // With a clock that was set back.
    line.buyer = line.buyer(1);
    line.seller.received(new PeerMessage.TaskHeard(Line.TASK, TaskStream.FROM_PROGRAM, 7, 0, 16));
    line.write("c");
    assertThat(next(line)).isEqualTo("c");
    assertThat(line.buyer.missed(TaskStream.FROM_PROGRAM)).isEqualTo(2);
    line.buyer.send(Line.text("two"));
    line.world.run(SOON);
    assertThat(line.seller.poll()).contains(Line.text("one"));
    assertThat(line.seller.poll()).contains(Line.text("two"));
    // What an earlier life has said arrives late.
    line.seller.received(
        new PeerMessage.TaskSaid(
            Line.TASK, TaskStream.TO_PROGRAM, 1, 1, 1, Line.text("old"), false));
    assertThat(line.seller.poll()).isEmpty();
  }

  @Test
  void aSilentSellerIsGivenUpOnceTheTaskIsOver() {
    Line line = new Line(2);
    line.write("a");
    assertThat(next(line)).isEqualTo("a");
    line.buyer.send(Line.text("lost"));
    line.cut = true;
    line.place = new BuyerHost.Place(Line.TASK, true, true);
    assertThatThrownBy(() -> line.buyer.await(Duration.ofMinutes(5)))
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_ANSWER));
    assertThat(line.buyer.state(TaskStream.FROM_PROGRAM)).isEqualTo(TaskChannel.State.BROKEN);
    assertThat(line.buyer.state(TaskStream.TO_PROGRAM)).isEqualTo(TaskChannel.State.BROKEN);
    assertThat(line.buyer.isDone()).isTrue();
    int said = line.toSeller.size();
    line.world.run(Duration.ofHours(1));
    assertThat(line.toSeller).hasSize(said);
  }

  @Test
  void aSellerThatAnswersWithNothingNewIsGivenUpAsOneThatIsSilent() {
    Line line = new Line(8);
    line.cut = true;
    assertThat(line.buyer.awaitLog(Duration.ofMillis(1))).isEmpty();
    line.place = new BuyerHost.Place(Line.TASK, true, true);
    for (int i = 0; i < 100; i++) {
      line.buyer.received(
          new PeerMessage.TaskSaid(
              Line.TASK, TaskStream.LOG, 1, 0, 0, Blob.of(new byte[0]), false));
      line.idle(Duration.ofSeconds(1));
    }
    assertThat(line.buyer.state(TaskStream.LOG)).isEqualTo(TaskChannel.State.BROKEN);
    assertThat(line.buyer.isDone()).isTrue();
  }

  @Test
  void whatAnExecutorFailsToTellIsBrokenAndNotOver() {
    Line line = new Line(9);
    WorkloadChannel fails =
        timeout -> {
          throw new IllegalStateException("the log is lost");
        };
    line.seller.runs(fails, EnumSet.of(TaskStream.LOG));
    assertThatThrownBy(() -> line.buyer.awaitLog(SOON)).hasMessage("the log is lost");
    assertThat(line.buyer.awaitLog(SOON)).isEmpty();
    assertThat(line.buyer.state(TaskStream.LOG)).isEqualTo(TaskChannel.State.BROKEN);
    // A buyer that comes back is told the same.
    line.buyer = line.buyer(2);
    assertThat(line.buyer.awaitLog(SOON)).isEmpty();
    assertThat(line.buyer.state(TaskStream.LOG)).isEqualTo(TaskChannel.State.BROKEN);
  }

  @Test
  void whatNobodyReadsAnyMoreIsNotKept() {
    Line line = new Line(10);
    line.buyer.send(Line.text("unread"));
    line.world.run(SOON);
    line.seller.close();
    assertThat(line.seller.poll()).isEmpty();
  }

  @Test
  void aSellerThatWasSilentForLongIsAskedAnewWhenTheTaskIsOver() {
    Line line = new Line(7);
    line.cut = true;
    assertThat(line.buyer.await(Duration.ofSeconds(100))).isEmpty();
    line.write("a");
    line.place = new BuyerHost.Place(Line.TASK, true, true);
    line.idle(Duration.ofSeconds(5));
    line.cut = false;
    assertThat(next(line)).isEqualTo("a");
  }

  @Test
  void aClosedNodeIsClosed() {
    Line line = new Line(3);
    line.closed = true;
    assertThatThrownBy(() -> line.buyer.await(SOON)).hasMessageContaining("closed");
    assertThatThrownBy(() -> line.buyer.send(Line.text("a"))).hasMessageContaining("closed");
    assertThatThrownBy(line.buyer::finish).hasMessageContaining("closed");
  }

  @Test
  void aProgramIsToldWhatIsNoMessage() {
    Line line = new Line(4);
    assertThatThrownBy(() -> line.seller.write(Blob.of(new byte[0])))
        .hasMessageContaining("at least one byte");
    assertThatThrownBy(() -> line.seller.write(Blob.of(new byte[TaskChannel.MESSAGE_BYTES + 1])))
        .hasMessageContaining("65537");
    line.seller.close();
    assertThat(line.seller.isOver()).isTrue();
    assertThat(line.buyer.awaitOutput(SOON)).isEmpty();
    line.buyer.send(Line.text("too late"));
    line.world.run(SOON);
    assertThat(line.buyer.state(TaskStream.TO_PROGRAM)).isEqualTo(TaskChannel.State.BROKEN);
    assertThatThrownBy(() -> line.buyer.send(Line.text("later"))).hasMessageContaining("is over");
  }

  @Test
  void aBuyerCountsNoMoreThanThereCanBe() {
    Line line = new Line(5);
    long before = line.buyer.mostMessages();
    assertThat(before).isEqualTo(BuyerTalk.mostUnheard());
    line.buyer.send(Line.text("a"));
    line.write("b");
    assertThat(next(line)).isEqualTo("b");
    assertThat(line.buyer.mostMessages()).isEqualTo(before + 2);
  }

  /** Whatever a liar says, nothing breaks, and no side keeps more than it may. */
  @Test
  void liesAreBounded() {
    SplittableRandom chance = new SplittableRandom(11);
    Line line = new Line(6);
    long[] places = {Long.MIN_VALUE, -1, 0, 1, 2, 15, 16, 17, 70_000, Long.MAX_VALUE};
    assertThat(line.buyer.await(Duration.ofMillis(1))).isEmpty();
    assertThat(line.buyer.awaitLog(Duration.ofMillis(1))).isEmpty();
    for (int i = 0; i < 50_000; i++) {
      TaskStream stream = List.of(TaskStream.values()).get(chance.nextInt(4));
      long a = places[chance.nextInt(places.length)];
      long b = places[chance.nextInt(places.length)];
      long life = chance.nextLong(-1, 3);
      PeerMessage lie =
          switch (chance.nextInt(3)) {
            case 0 ->
                new PeerMessage.TaskSaid(
                    Line.TASK,
                    stream,
                    life,
                    a,
                    b,
                    Blob.of(new byte[List.of(0, 1, 70_000).get(chance.nextInt(3))]),
                    chance.nextInt(8) == 0);
            case 1 -> new PeerMessage.TaskHeard(Line.TASK, stream, life, a, b);
            default -> new PeerMessage.Seen();
          };
      if (chance.nextBoolean()) {
        line.buyer.received(lie);
      } else {
        line.seller.received(lie);
      }
      line.toBuyer.clear();
      line.toSeller.clear();
    }
    int messages = 0;
    while (line.seller.poll().isPresent()) {
      messages++;
    }
    assertThat(messages).isLessThanOrEqualTo(Limits.MESSAGES);
  }
}
