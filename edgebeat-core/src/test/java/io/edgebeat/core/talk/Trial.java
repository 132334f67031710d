package io.edgebeat.core.talk;

import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.TaskChannel;
import io.edgebeat.api.task.TaskStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What must be true of a talk whatever the line does; says what is not. */
final class Trial {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final int MESSAGES = 60;

  private Trial() {}

  /** Everything a seed can show; an assertion names what is wrong. */
  static void of(long seed) {
    badLine(seed, false);
    badLine(seed, true);
    overfull();
    crowd(seed);
    flood(seed);
    nobodyReads(seed);
    lateReader(seed, 2 * Limits.MESSAGES);
    lateReader(seed, Limits.MESSAGES);
  }

  private static void check(boolean right, String what) {
    if (!right) {
      throw new AssertionError(what);
    }
  }

  private static void same(Object found, Object wanted, String what) {
    check(wanted.equals(found), what + ": " + found + " instead of " + wanted);
  }

  /**
   * Messages are lost, doubled, overtaken and cut off, and both sides lie; each message arrives
   * once and in its place.
   */
  private static void badLine(long seed, boolean lies) {
    Line line = new Line(seed);
    line.lies = lies;
    line.lost = line.chance.nextDouble() * 0.3;
    line.twice = line.chance.nextDouble() * 0.3;
    line.mostNanos = line.chance.nextLong(200_000, 30_000_000);
    line.echoes();
    line.world.after(Duration.ofSeconds(line.chance.nextLong(5)), () -> line.cut = true);
    line.world.after(Duration.ofSeconds(line.chance.nextLong(5, 9)), () -> line.cut = false);
    StringBuilder log = new StringBuilder();
    List<String> got = new ArrayList<>();
    List<String> sent = new ArrayList<>();
    StringBuilder logged = new StringBuilder();
    for (int i = 0; i < MESSAGES; i++) {
      line.buyer.send(Line.text("m" + i));
      sent.add("echo m" + i);
      logged.append("log m").append(i).append('\n');
      if (i % 10 == 9) {
        for (int j = 0; j < 10; j++) {
          line.buyer.await(LONG).ifPresent(m -> got.add(Line.text(m)));
        }
      }
    }
    same(got, sent, "the echoes of seed " + seed);
    line.buyer.finish();
    // It reads all, and ends.
    line.world.run(Duration.ofSeconds(1));
    line.ends(Duration.ofMillis(line.chance.nextLong(3000)));
    Optional<Blob> more = line.buyer.awaitLog(LONG);
    while (more.isPresent()) {
      log.append(Line.text(more.get()));
      more = line.buyer.awaitLog(LONG);
    }
    same(log.toString(), logged.toString(), "the log of seed " + seed);
    same(line.buyer.missed(TaskStream.LOG), 0L, "missed bytes");
    same(line.buyer.await(LONG), Optional.empty(), "more messages");
    same(line.buyer.state(TaskStream.FROM_PROGRAM), TaskChannel.State.ENDED, "the stream");
    same(line.buyer.state(TaskStream.LOG), TaskChannel.State.ENDED, "the log");
  }

  /**
   * More than there is room for at once, on a good line: no side says more than the other takes.
   */
  private static void crowd(long seed) {
    Line line = new Line(seed);
    same(line.buyer.await(Duration.ofMillis(10)), Optional.empty(), "a message too early");
    for (int i = 0; i < Limits.MESSAGES; i++) {
      line.write("m" + i);
    }
    check(line.seller.isFull(), "a program that sends what nobody takes has to wait");
    line.world.run(Duration.ofSeconds(30));
    // What the buyer keeps makes room here, but he has not taken it.
    for (int i = 0; i < Limits.MESSAGES; i++) {
      line.write("n" + i);
    }
    line.world.run(Duration.ofSeconds(30));
    check(line.seller.isFull(), "the window is ignored");
    long most = 0;
    for (PeerMessage m : line.toBuyer) {
      if (m instanceof PeerMessage.TaskSaid s && s.bytes().size() > 0) {
        most = Math.max(most, s.position() + 1);
      }
    }
    same(most, (long) Limits.MESSAGES, "messages said to a buyer who takes none");
    List<String> wanted = new ArrayList<>();
    List<String> got = new ArrayList<>();
    for (int i = 0; i < 2 * Limits.MESSAGES; i++) {
      wanted.add((i < Limits.MESSAGES ? "m" : "n") + i % Limits.MESSAGES);
      line.buyer.await(LONG).ifPresent(m -> got.add(Line.text(m)));
    }
    same(got, wanted, "what waited");
  }

  /** Who is told more than he takes, each piece at its place, keeps no more than he has said. */
  private static void overfull() {
    Line line = new Line(1);
    same(line.buyer.await(Duration.ofMillis(10)), Optional.empty(), "a message too early");
    same(line.buyer.awaitLog(Duration.ofMillis(10)), Optional.empty(), "a log too early");
    Blob piece = Blob.of(new byte[Limits.CHUNK]);
    for (int i = 0; i < 100; i++) {
      long at = (long) i * Limits.CHUNK;
      line.buyer.received(
          new PeerMessage.TaskSaid(Line.TASK, TaskStream.LOG, 1, at, at, piece, false));
      line.buyer.received(
          new PeerMessage.TaskSaid(Line.TASK, TaskStream.FROM_PROGRAM, 1, i, i, piece, false));
      line.seller.received(
          new PeerMessage.TaskSaid(Line.TASK, TaskStream.TO_PROGRAM, 1, i, i, piece, false));
    }
    int bytes = 0;
    int messages = 0;
    int read = 0;
    for (int i = 0; i < 100; i++) {
      bytes += line.buyer.awaitLog(Duration.ZERO).map(Blob::size).orElse(0);
      messages += line.buyer.await(Duration.ZERO).isPresent() ? 1 : 0;
      read += line.seller.poll().isPresent() ? 1 : 0;
    }
    same(bytes, Limits.BYTES, "bytes kept");
    smallPieces();
    same(messages, Limits.MESSAGES, "messages kept");
    same(read, Limits.MESSAGES, "messages kept for the program");
  }

  /** Of bytes that come one by one no more is kept than of others, gaps between them or not. */
  private static void smallPieces() {
    Blob one = Blob.of(new byte[1]);
    for (int step = 1; step <= 2; step++) {
      Line line = new Line(1);
      same(line.buyer.awaitLog(Duration.ofMillis(10)), Optional.empty(), "a log too early");
      int said = 10_000;
      for (int i = 0; i < said; i++) {
        long after = (long) i * step;
        line.buyer.received(
            new PeerMessage.TaskSaid(
                Line.TASK, TaskStream.LOG, 1, after, after + step - 1, one, false));
      }
      int pieces = 0;
      int bytes = 0;
      Optional<Blob> piece = line.buyer.awaitLog(Duration.ZERO);
      while (piece.isPresent()) {
        pieces++;
        bytes += piece.get().size();
        piece = line.buyer.awaitLog(Duration.ZERO);
      }
      same(pieces, step == 1 ? 1 : Limits.PIECES, "pieces kept");
      same(bytes, step == 1 ? said : Limits.PIECES, "bytes kept of them");
    }
  }

  /** More log than is kept: what is left out is told by the place of what is not. */
  private static void flood(long seed) {
    Line line = new Line(seed);
    line.lost = 0.1;
    same(line.buyer.awaitLog(Duration.ofMillis(30)), Optional.empty(), "a log too early");
    long written = 0;
    long place = 0;
    for (int round = 0; round < 20; round++) {
      byte[] bytes = new byte[line.chance.nextInt(1, 40_000)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (((written + i) * 31) >>> 3);
      }
      line.said.write(bytes);
      written += bytes.length;
      line.world.run(Duration.ofMillis(line.chance.nextLong(100)));
      if (line.chance.nextInt(4) == 0) {
        place = taken(line, place);
      }
    }
    line.ends(Duration.ofMillis(line.chance.nextLong(3000)));
    line.world.run(Duration.ofMinutes(2));
    while (place < written) {
      long before = place;
      place = taken(line, place);
      check(place > before, "the log of seed " + seed + " ends at " + place + " of " + written);
    }
    same(place, written, "all of the log of seed " + seed);
  }

  /** Takes a piece, looks whether it is that of its place, and says where it ends. */
  private static long taken(Line line, long place) {
    long before = line.buyer.missed(TaskStream.LOG);
    Optional<Blob> piece = line.buyer.awaitLog(Duration.ofSeconds(5));
    long missed = line.buyer.missed(TaskStream.LOG) - before;
    byte[] bytes = piece.map(Blob::toBytes).orElse(new byte[0]);
    long at = place + missed;
    for (int i = 0; i < bytes.length; i++) {
      check(bytes[i] == (byte) (((at + i) * 31) >>> 3), "wrong log at " + (at + i));
    }
    return at + bytes.length;
  }

  /** A buyer who sends, and a program that does not read. */
  private static void nobodyReads(long seed) {
    Line line = new Line(seed);
    for (int i = 0; i < 2 * Limits.MESSAGES; i++) {
      line.buyer.send(Line.text("m" + i));
    }
    line.world.run(Duration.ofMinutes(1));
    int before = line.toSeller.size();
    line.world.run(Duration.ofMinutes(1));
    check(line.toSeller.size() - before < 40, "a buyer who is not read is loud");
    List<String> got = new ArrayList<>();
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < 2 * Limits.MESSAGES; i++) {
      wanted.add("m" + i);
    }
    boolean all =
        line.world.runUntil(
            () -> {
              line.seller.poll().ifPresent(m -> got.add(Line.text(m)));
              return got.size() >= wanted.size();
            },
            LONG);
    check(all, "the program has got only " + got);
    same(got, wanted, "what the program reads");
    // The end may be called twice, and is heard once everything is.
    line.buyer.finish();
    line.buyer.finish();
    line.world.run(Duration.ofSeconds(5));
    same(
        line.buyer.state(TaskStream.TO_PROGRAM), TaskChannel.State.ENDED, "the way to the program");
  }

  /**
   * Who reads when all is over, slowly, misses nothing: neither what was said before the line was
   * cut for long, nor the 16 messages since.
   */
  private static void lateReader(long seed, int messages) {
    Line line = new Line(seed);
    line.lost = 0.3;
    same(line.buyer.await(Duration.ofSeconds(5)), Optional.empty(), "a message too early");
    for (int i = 0; i < messages; i++) {
      if (i == messages - Limits.MESSAGES) {
        line.idle(Duration.ofSeconds(30));
        line.cut = true;
      }
      line.write("m" + i);
    }
    line.ends(Duration.ofSeconds(80));
    line.idle(Duration.ofSeconds(79));
    line.cut = false;
    for (int i = 0; i < messages; i++) {
      line.idle(Duration.ofMinutes(3));
      if (i == 1) {
        int before = line.toSeller.size();
        line.idle(Duration.ofMinutes(3));
        check(line.toSeller.size() - before < 10, "a buyer who has no room is loud");
      }
      same(line.buyer.await(LONG).map(Line::text), Optional.of("m" + i), "what is read late");
    }
    same(line.buyer.await(LONG), Optional.empty(), "more messages");
    same(line.buyer.state(TaskStream.FROM_PROGRAM), TaskChannel.State.ENDED, "the stream");
  }
}
