package io.edgebeat.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LogLines;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import io.edgebeat.testkit.FakeClock;
import io.edgebeat.testkit.fault.LedgerDecorator;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said of a ledger that does not answer: once, and not at each of hundreds of tries. */
class LedgerFollowerTest {
  private final RuntimeException away =
      new EdgeBeatException(ErrorCode.LEDGER_UNAVAILABLE, "nobody listens at 10.0.0.1");

  private final LogLines log = new LogLines(Outage.class.getName());
  private final FakeClock clock = FakeClock.create();
  private final SignatureBackend signatures = EdgeBeat.signatures();
  private final EmbeddedChain chain = EmbeddedChain.inMemory(EmbeddedChain.config(signatures));
  private @Nullable RuntimeException failure;
  private int heads;

  private final LedgerFollower follower =
      new LedgerFollower(
          new LedgerDecorator(chain.connect(KeySigner.generate(signatures, new SecureRandom()))) {
            @Override
            public EventPage awaitEvents(LedgerCursor from, int limit, Duration timeout) {
              if (failure != null) {
                throw failure;
              }
              return super.awaitEvents(from, limit, timeout);
            }
          },
          entry -> {},
          head -> heads++,
          new Outage("n", "the ledger answers again", clock));

  @AfterEach
  void close() {
    follower.close();
    chain.close();
    log.close();
  }

  private void follow(@Nullable RuntimeException with, int times, Duration each) {
    failure = with;
    for (int i = 0; i < times; i++) {
      assertThat(follower.follow(Duration.ZERO)).isTrue();
      clock.advance(each);
    }
  }

  @Test
  void anOutageIsToldWhenItBeginsAndWhenItIsOver() {
    follow(null, 3, Duration.ofSeconds(1));
    assertThat(follower.problem()).isEmpty();
    follow(away, 400, Duration.ofSeconds(1));
    String problem = "the ledger does not answer: LEDGER_UNAVAILABLE, nobody listens at 10.0.0.1";
    assertThat(follower.problem()).contains(problem);
    assertThat(log.of("")).containsExactly("WARNING node n: " + problem);
    follow(null, 2, Duration.ofSeconds(1));
    assertThat(follower.problem()).isEmpty();
    assertThat(log.of(""))
        .containsExactly(
            "WARNING node n: " + problem, "INFO node n: the ledger answers again after PT6M40S");
    assertThat(heads).isEqualTo(5);
  }

  @Test
  void anotherReasonIsToldAndNotMoreThanOneAMinute() {
    RuntimeException slow = new EdgeBeatException(ErrorCode.TIMED_OUT, "no answer in 10 s");
    follow(away, 1, Duration.ofSeconds(1));
    follow(slow, 10, Duration.ofSeconds(1));
    assertThat(log.of("WARNING")).hasSize(1);
    assertThat(follower.problem().orElseThrow()).contains("TIMED_OUT", "no answer in 10 s");
    clock.advance(Duration.ofMinutes(1));
    for (int i = 0; i < 100; i++) {
      follow(away, 1, Duration.ofSeconds(1));
      follow(slow, 1, Duration.ofSeconds(1));
    }
    assertThat(log.of("WARNING")).hasSize(2);
    assertThat(log.of("TIMED_OUT")).hasSize(1);
  }

  /** One that fails at every other try is told once a minute. */
  @Test
  void whatComesAndGoesFloodsNothing() {
    for (int i = 0; i < 150; i++) {
      follow(away, 1, Duration.ofMillis(500));
      follow(null, 1, Duration.ofMillis(500));
    }
    assertThat(log.of("WARNING")).hasSize(3);
    assertThat(log.of("INFO")).hasSize(3);
  }

  /** A clock that was set back keeps nothing from being told. */
  @Test
  void aClockThatIsSetBackSilencesNothing() {
    follow(away, 1, Duration.ofSeconds(1));
    follow(null, 1, Duration.ofSeconds(1));
    clock.setBack(Duration.ofHours(1));
    follow(away, 1, Duration.ofSeconds(1));
    assertThat(log.of("WARNING")).hasSize(2);
  }

  @Test
  void aDefectIsToldOnceToo() {
    follow(new IllegalStateException("a bug"), 100, Duration.ofSeconds(1));
    assertThat(log.of("SEVERE")).hasSize(1);
    assertThat(follower.problem().orElseThrow()).contains("a bug");
    follow(null, 1, Duration.ofSeconds(1));
    assertThat(follower.problem()).isEqualTo(Optional.empty());
  }
}
