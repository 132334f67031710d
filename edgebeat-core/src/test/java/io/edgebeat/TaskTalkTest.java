package io.edgebeat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.net.PeerTransport;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskChannel;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.TaskState;
import io.edgebeat.api.task.TaskStream;
import io.edgebeat.core.node.Inspection;
import io.edgebeat.core.talk.TalkLies;
import io.edgebeat.testkit.fault.FaultyTransport;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a program and its buyer say to one another, from handle to guest. */
@Timeout(180)
class TaskTalkTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Reads its buyer's messages; says each on its error stream, its output, and back to him. */
  private static final String TALKS =
      "0061736d0100000001230660047f7f7f7f017f60017f0060027f7f017f60037f7f7f0060037f7f7f"
          + "017f600000027e0416776173695f736e617073686f745f70726576696577310766645f7265616400"
          + "0016776173695f736e617073686f745f70726576696577310866645f777269746500001677617369"
          + "5f736e617073686f745f70726576696577310970726f635f6578697400010865646765626561740b"
          + "73747265616d5f6f70656e00020304030304050503010001071302065f73746172740006066d656d"
          + "6f727902000a9001031b004110200136000041142002360000200041104101411810011a0b230041"
          + "10200136000041142002360000200041104101411810000440000b41182800000b4e01027f41e400"
          + "41051003210020004100480440410020006b10020b0340200041e80741e0d4031005210120010440"
          + "410241e80720011004410141e80720011004200041e807200110040c010b0b0b0b0c010041e4000b"
          + "056275796572";

  /** Writes its input to its output, seven bytes at a time. */
  private static final String COPIES =
      "0061736d0100000001230660047f7f7f7f017f60017f0060027f7f017f60037f7f7f0060037f7f7f"
          + "017f600000027e0416776173695f736e617073686f745f70726576696577310766645f7265616400"
          + "0016776173695f736e617073686f745f70726576696577310866645f777269746500001677617369"
          + "5f736e617073686f745f70726576696577310970726f635f6578697400010865646765626561740b"
          + "73747265616d5f6f70656e00020304030304050503010001071302065f73746172740006066d656d"
          + "6f727902000a64031b004110200136000041142002360000200041104101411810011a0b23004110"
          + "200136000041142002360000200041104101411810000440000b41182800000b2201017f03404100"
          + "41e80741071005210020000440410141e807200010040c010b0b0b";

  private static ContentId put(LocalMarket market, byte[] bytes) {
    return market.content().put(ContentSource.of(bytes), Progress.NONE);
  }

  private static Task submit(LocalMarket market, String program, byte[] input) {
    TaskSpec spec = TaskSpec.wasm(put(market, HexFormat.of().parseHex(program)));
    return market
        .buyer()
        .submit(
            input.length == 0 ? spec : spec.input(put(market, input)), Budget.upTo(Edg.of("2")));
  }

  private static Blob blob(String text) {
    return Blob.of(text.getBytes(UTF_8));
  }

  private static String text(Optional<Blob> blob) {
    return blob.map(b -> new String(b.toBytes(), UTF_8)).orElse("");
  }

  private static void refused(ErrorCode code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aProgramAndItsBuyerSpeakWhileItRuns() throws Exception {
    try (LocalMarket market = EdgeBeat.local().realTime()) {
      Task task = submit(market, TALKS, new byte[0]);
      TaskChannel channel = task.channel();
      assertThat(task.channel()).isSameAs(channel);
      for (String word : List.of("one", "two")) {
        channel.send(blob(word));
        assertThat(text(channel.await(SOON))).isEqualTo(word);
        assertThat(text(channel.awaitLog(SOON))).isEqualTo(word);
        assertThat(text(channel.awaitOutput(SOON))).isEqualTo(word);
        assertThat(task.outcome()).as("while it runs").isEmpty();
      }
      for (TaskStream stream : TaskStream.values()) {
        assertThat(channel.state(stream)).as("%s", stream).isEqualTo(TaskChannel.State.OPEN);
      }
      refused(ErrorCode.INVALID_ARGUMENT, () -> channel.send(Blob.of(new byte[0])));
      refused(
          ErrorCode.LIMIT_EXCEEDED,
          () -> channel.send(Blob.of(new byte[TaskChannel.MESSAGE_BYTES + 1])));
      channel.finish();
      refused(ErrorCode.WRONG_STATE, () -> channel.send(blob("three")));
      assertThat(task.await(SOON)).isInstanceOf(TaskOutcome.Completed.class);
      try (InputStream result = task.result()) {
        assertThat(new String(result.readAllBytes(), UTF_8)).isEqualTo("onetwo");
      }
      assertThat(channel.await(SOON)).isEmpty();
      assertThat(channel.awaitLog(SOON)).isEmpty();
      assertThat(channel.awaitOutput(SOON)).isEmpty();
      for (TaskStream stream : TaskStream.values()) {
        assertThat(channel.state(stream)).as("%s", stream).isEqualTo(TaskChannel.State.ENDED);
        assertThat(channel.missed(stream)).isZero();
      }
      refused(ErrorCode.WRONG_STATE, () -> channel.send(blob("three")));
      assertThat(task.usage().messages()).containsEntry(WorkloadChannel.BUYER, 4L);
    }
  }

  @Test
  void messagesArePaidWhereMessagesAreSold() {
    ListingSpec listing =
        new ListingSpec(
            "by message",
            Funded.CAPACITY,
            new Price(Edg.of("0.001"), new TickUnit(TickUnit.Kind.MESSAGES, 1), Edg.of("0.002")),
            Duration.ofDays(1));
    try (LocalMarket market = EdgeBeat.local().seller("seller", listing).realTime()) {
      Task task = submit(market, TALKS, new byte[0]);
      for (String word : List.of("one", "two", "three")) {
        task.channel().send(blob(word));
        assertThat(text(task.channel().await(SOON))).isEqualTo(word);
      }
      task.channel().finish();
      assertThat(task.await(SOON)).isInstanceOf(TaskOutcome.Completed.class);
      // Six messages, and the question to which the end was the answer.
      assertThat(task.ticks()).isEqualTo(7);
    }
  }

  @Test
  void aBrokenLineLosesAndDoublesNothing() {
    for (long seed = 1; seed <= 2; seed++) {
      long mine = seed;
      try (LocalMarket market =
          EdgeBeat.local()
              .wrapped(
                  name ->
                      new NodeWrapper() {
                        @Override
                        public <T> T around(Class<T> kind, T part) {
                          return kind == PeerTransport.class
                              ? kind.cast(bad((PeerTransport) part, mine))
                              : part;
                        }
                      })
              .realTime()) {
        Task task = submit(market, TALKS, new byte[0]);
        List<String> sent = new ArrayList<>();
        List<String> got = new ArrayList<>();
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < 12; i++) {
          sent.add("m" + i + ";");
          task.channel().send(blob(sent.getLast()));
        }
        for (int i = 0; i < 12; i++) {
          got.add(text(task.channel().await(SOON)));
        }
        assertThat(got).as("seed %s", seed).isEqualTo(sent);
        task.channel().finish();
        Optional<Blob> more = task.channel().awaitLog(SOON);
        while (more.isPresent()) {
          log.append(text(more));
          more = task.channel().awaitLog(SOON);
        }
        assertThat(log.toString()).as("seed %s", seed).isEqualTo(String.join("", sent));
        assertThat(task.channel().await(SOON)).isEmpty();
      }
    }
  }

  private static PeerTransport bad(PeerTransport sound, long seed) {
    return new FaultyTransport(sound, seed).cuts(20).cuts(45).cuts(80);
  }

  @Test
  void aBuyerWhoDoesNotReadHoldsUpNothingButTheProgram() {
    try (LocalMarket market = EdgeBeat.local().realTime()) {
      Task task = submit(market, TALKS, new byte[0]);
      TaskChannel channel = task.channel();
      for (int i = 0; i < 32; i++) {
        channel.send(blob("m" + i + ";"));
      }
      // As many as the seller keeps, and the one that the program waits with; its lease goes on.
      String most = words(17);
      StringBuilder log = new StringBuilder();
      while (log.length() < most.length()) {
        log.append(text(channel.awaitLog(SOON)));
      }
      assertThat(channel.awaitLog(Duration.ofSeconds(2))).isEmpty();
      assertThat(log.toString()).isEqualTo(most);
      assertThat(task.state()).isEqualTo(TaskState.STREAMING);
      // A stop with grace ends its waiting; it finds that no more comes, and ends.
      task.cancel();
      assertThat(task.await(SOON)).isInstanceOf(TaskOutcome.Completed.class);
      StringBuilder got = new StringBuilder();
      Optional<Blob> more = channel.await(SOON);
      while (more.isPresent()) {
        got.append(text(more));
        more = channel.await(SOON);
      }
      assertThat(got.toString()).isEqualTo(words(16));
      assertThat(channel.state(TaskStream.FROM_PROGRAM)).isEqualTo(TaskChannel.State.ENDED);
    }
  }

  private static String words(int count) {
    return IntStream.range(0, count).mapToObj(i -> "m" + i + ";").collect(joining());
  }

  /** What comes while it runs and after, put together; and that it is what was paid for. */
  private static String virtualRun(long seed, boolean listens) throws Exception {
    byte[] input = "0123456789".repeat(1000).getBytes(UTF_8);
    try (LocalMarket market =
        EdgeBeat.local(seed).taskTime(r -> Duration.ofSeconds(30)).virtualTime()) {
      market.faults().network(0.2, 0.1, 0, Duration.ofMillis(1), Duration.ofMillis(200));
      Task task = submit(market, COPIES, input);
      if (listens) {
        StringBuilder all = new StringBuilder();
        Optional<Blob> more = task.channel().awaitOutput(Duration.ofMinutes(10));
        assertThat(task.outcome()).as("the first bytes come while it runs").isEmpty();
        while (more.isPresent()) {
          assertThat(task.channel().missed(TaskStream.OUTPUT)).isZero();
          all.append(text(more));
          more = task.channel().awaitOutput(Duration.ofMinutes(10));
        }
        assertThat(all.toString()).as("seed %s", seed).isEqualTo(new String(input, UTF_8));
        assertThat(task.channel().state(TaskStream.OUTPUT)).isEqualTo(TaskChannel.State.ENDED);
        assertThat(task.channel().state(TaskStream.LOG)).isEqualTo(TaskChannel.State.WAITING);
      }
      assertThat(task.await(Duration.ofHours(2))).isInstanceOf(TaskOutcome.Completed.class);
      try (InputStream result = task.result()) {
        assertThat(result.readAllBytes()).isEqualTo(input);
      }
      return market.traceHash();
    }
  }

  @Test
  void aSeedDecidesWhatIsHeardInVirtualTimeToo() throws Exception {
    for (long seed = 1; seed <= 5; seed++) {
      String heard = virtualRun(seed, true);
      assertThat(virtualRun(seed, true)).as("seed %s", seed).isEqualTo(heard);
    }
  }

  @Test
  void whereNobodyCanBeSpokenWithThatIsSaid() {
    try (LocalMarket market =
        EdgeBeat.local(9).taskTime(r -> Duration.ofSeconds(20)).virtualTime()) {
      Task task = submit(market, COPIES, "x".getBytes(UTF_8));
      task.channel().send(blob("is there anybody?"));
      refused(ErrorCode.UNSUPPORTED, () -> task.channel().await(Duration.ofMinutes(5)));
      assertThat(task.channel().state(TaskStream.FROM_PROGRAM))
          .isEqualTo(TaskChannel.State.UNSUPPORTED);
      assertThat(task.channel().state(TaskStream.TO_PROGRAM))
          .isEqualTo(TaskChannel.State.UNSUPPORTED);
      assertThat(task.await(Duration.ofHours(1))).isInstanceOf(TaskOutcome.Completed.class);
      task.channel().finish();
    }
  }

  @Test
  void whatASellerHasForgottenIsNotSilentlyMissing() {
    byte[] input = "0123456789".repeat(1000).getBytes(UTF_8);
    try (LocalMarket market =
        EdgeBeat.local(4).taskTime(r -> Duration.ofSeconds(60)).virtualTime()) {
      Task task = submit(market, COPIES, input);
      TaskChannel channel = task.channel();
      assertThat(channel.state(TaskStream.OUTPUT)).isEqualTo(TaskChannel.State.WAITING);
      assertThat(channel.awaitOutput(Duration.ofMinutes(5))).isPresent();
      assertThat(channel.state(TaskStream.OUTPUT)).isEqualTo(TaskChannel.State.OPEN);
      market.faults().crash("seller", MarketFaults.Unsynced.KEPT);
      market.run(Duration.ofSeconds(3));
      market.faults().restart("seller");
      assertThat(task.await(Duration.ofHours(2))).isInstanceOf(TaskOutcome.Stopped.class);
      Optional<Blob> more = channel.awaitOutput(Duration.ofMinutes(5));
      while (more.isPresent()) {
        more = channel.awaitOutput(Duration.ofMinutes(5));
      }
      assertThat(channel.state(TaskStream.OUTPUT)).isEqualTo(TaskChannel.State.BROKEN);
      refused(ErrorCode.NO_ANSWER, () -> channel.await(Duration.ofMinutes(5)));
    }
  }

  @Test
  void ofTasksThatAreOverLittleIsKept() {
    int kept = 64;
    try (LocalMarket market =
        EdgeBeat.local(8).taskTime(r -> Duration.ofSeconds(1)).virtualTime()) {
      for (int i = 0; i < 100; i++) {
        Task task = submit(market, COPIES, "x".getBytes(UTF_8));
        if (i % 2 == 0) {
          assertThat(text(task.channel().awaitOutput(Duration.ofMinutes(5)))).isEqualTo("x");
          assertThat(task.channel().awaitOutput(Duration.ofMinutes(5))).isEmpty();
        }
        assertThat(task.await(Duration.ofHours(1))).isInstanceOf(TaskOutcome.Completed.class);
        // Whoever asks only now waits for nothing.
        assertThat(task.channel().missed(TaskStream.LOG)).isZero();
      }
      assertThat(Inspection.talks(market.seller("seller"))).isLessThanOrEqualTo(kept);
      assertThat(Inspection.talks(market.buyerNode())).isLessThanOrEqualTo(kept);
    }
  }

  @Test
  void aBuyerThatWasRestartedHearsWhatHasBeenLeftOut() {
    restarted(Duration.ZERO, new TickUnit(TickUnit.Kind.SECONDS, 1));
    // A clock that goes back must not let it pass for the one before. It would dispute seconds.
    restarted(Duration.ofHours(-1), new TickUnit(TickUnit.Kind.CALLS, 1));
  }

  private static void restarted(Duration clock, TickUnit unit) {
    byte[] input = "0123456789".repeat(1000).getBytes(UTF_8);
    ListingSpec listing =
        new ListingSpec(
            "by " + unit,
            Funded.CAPACITY,
            new Price(Edg.of("0.001"), unit, Edg.of("0.002")),
            Duration.ofDays(1));
    try (LocalMarket market =
        EdgeBeat.local(6)
            .seller("seller", listing)
            .taskTime(r -> Duration.ofSeconds(60))
            .virtualTime()) {
      Task first = submit(market, COPIES, input);
      long before = 0;
      while (before < 2000) {
        before += first.channel().awaitOutput(Duration.ofMinutes(5)).orElseThrow().size();
      }
      market.faults().crash("buyer", MarketFaults.Unsynced.KEPT);
      market.faults().clock("buyer", clock);
      market.run(Duration.ofSeconds(1));
      market.faults().restart("buyer");
      Task task = market.buyer().task(first.id()).orElseThrow();
      long got = 0;
      Optional<Blob> more = task.channel().awaitOutput(Duration.ofMinutes(5));
      // What the seller did not know to be heard comes again.
      assertThat(task.channel().missed(TaskStream.OUTPUT)).isBetween(1L, before);
      while (more.isPresent()) {
        got += more.get().size();
        more = task.channel().awaitOutput(Duration.ofMinutes(5));
      }
      assertThat(task.await(Duration.ofHours(1))).isInstanceOf(TaskOutcome.Completed.class);
      assertThat(got + task.channel().missed(TaskStream.OUTPUT)).isEqualTo(input.length);
      assertThat(task.channel().state(TaskStream.OUTPUT)).isEqualTo(TaskChannel.State.ENDED);
    }
  }

  @Test
  void aTaskThatNeverRunsHasNothingToSay() {
    try (LocalMarket market = EdgeBeat.local(8).virtualTime()) {
      market.faults().cutOff("seller", true);
      Task task = submit(market, COPIES, new byte[0]);
      assertThatThrownBy(() -> task.await(Duration.ofHours(2)))
          .isInstanceOf(EdgeBeatException.class);
      assertThat(task.channel().await(Duration.ofMinutes(1))).isEmpty();
      assertThat(task.channel().state(TaskStream.FROM_PROGRAM)).isEqualTo(TaskChannel.State.ENDED);
      refused(ErrorCode.WRONG_STATE, () -> task.channel().send(blob("hello")));
    }
  }

  /** What a node says about streams, and of whom some is lies. */
  private static final class Words {
    final AtomicLong buyer = new AtomicLong();
    final AtomicLong seller = new AtomicLong();

    LocalMarketBuilder of(LocalMarketBuilder market, String liar) {
      return market.wrapped(
          name ->
              new NodeWrapper() {
                @Override
                public <T> T around(Class<T> kind, T part) {
                  return kind == PeerTransport.class
                      ? kind.cast(
                          new LyingTransport(
                              (PeerTransport) part,
                              m -> name.equals(liar) ? TalkLies.after(m) : List.of(),
                              name.equals("buyer") ? buyer : seller))
                      : part;
                }
              });
    }

    /** Nobody is made to say much by who says much. */
    void areFew(String liar) {
      AtomicLong honest = liar.equals("buyer") ? seller : buyer;
      AtomicLong lying = liar.equals("buyer") ? buyer : seller;
      assertThat(lying.get()).as("words of the %s", liar).isGreaterThan(20);
      assertThat(honest.get()).as("answers to the %s", liar).isLessThan(lying.get() + 20);
    }
  }

  @Test
  void liesAboutAStreamChangeNothingOfIt() throws Exception {
    byte[] input = "0123456789".repeat(20_000).getBytes(UTF_8);
    for (String liar : List.of("buyer", "seller")) {
      for (long seed = 1; seed <= 5; seed++) {
        Words words = new Words();
        try (LocalMarket market =
            words
                .of(EdgeBeat.local(seed).taskTime(r -> Duration.ofSeconds(30)), liar)
                .virtualTime()) {
          market.faults().network(0.1, 0.1, 0, Duration.ofMillis(1), Duration.ofMillis(200));
          Task task = submit(market, COPIES, input);
          Optional<Blob> more = task.channel().awaitOutput(Duration.ofMinutes(10));
          long place = 0;
          while (more.isPresent()) {
            byte[] bytes = more.get().toBytes();
            place += bytes.length;
            long at = place + task.channel().missed(TaskStream.OUTPUT);
            assertThat(bytes)
                .as("%s, seed %s, up to %s", liar, seed, at)
                .isEqualTo(Arrays.copyOfRange(input, (int) at - bytes.length, (int) at));
            more = task.channel().awaitOutput(Duration.ofMinutes(10));
          }
          assertThat(place + task.channel().missed(TaskStream.OUTPUT)).isEqualTo(input.length);
          assertThat(task.channel().state(TaskStream.OUTPUT)).isEqualTo(TaskChannel.State.ENDED);
          assertThat(task.await(Duration.ofHours(2))).isInstanceOf(TaskOutcome.Completed.class);
          try (InputStream result = task.result()) {
            assertThat(result.readAllBytes()).isEqualTo(input);
          }
          words.areFew(liar);
        }
      }
    }
  }

  @Test
  void liesAboutMessagesChangeNoneOfThem() {
    for (String liar : List.of("buyer", "seller")) {
      Words words = new Words();
      try (LocalMarket market = words.of(EdgeBeat.local(), liar).realTime()) {
        Task task = submit(market, TALKS, new byte[0]);
        StringBuilder got = new StringBuilder();
        for (int i = 0; i < 40; i++) {
          task.channel().send(blob("m" + i + ";"));
          if (i >= 20) {
            got.append(text(task.channel().await(SOON)));
          }
        }
        task.channel().finish();
        Optional<Blob> more = task.channel().await(SOON);
        while (more.isPresent()) {
          got.append(text(more));
          more = task.channel().await(SOON);
        }
        assertThat(got.toString()).isEqualTo(words(40));
        assertThat(task.await(SOON)).isInstanceOf(TaskOutcome.Completed.class);
        assertThat(task.channel().missed(TaskStream.FROM_PROGRAM)).isZero();
        words.areFew(liar);
      }
    }
  }

  @Test
  void messagesMayBeAsLargeAsIsSaid() {
    byte[] large = new byte[TaskChannel.MESSAGE_BYTES];
    Arrays.fill(large, (byte) 'x');
    try (LocalMarket market = EdgeBeat.local().realTime()) {
      Task task = submit(market, TALKS, new byte[0]);
      for (int i = 0; i < 3; i++) {
        task.channel().send(Blob.of(large));
      }
      task.channel().finish();
      // The program reads them in parts, and each part is a message of its own.
      long got = 0;
      Optional<Blob> more = task.channel().await(SOON);
      while (more.isPresent()) {
        got += more.get().size();
        more = task.channel().await(SOON);
      }
      assertThat(got).isEqualTo(3L * large.length);
    }
  }
}
