package io.edgebeat.core.node;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What fails and is tried again and again: in the health of the node for as long as it lasts, and
 * in the log when it begins, when it fails in another way, and when it is over. Nothing that is
 * decided rests on it.
 *
 * <p>Threads: calls may overlap.
 */
final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

  /** What comes and goes is told no more often. */
  private static final Duration PACE = Duration.ofMinutes(1);

  private final String who;
  private final String over;
  private final InstantSource clock;
  private final TreeMap<Long, String> failing = new TreeMap<>();
  private final Set<ErrorCode> told = EnumSet.noneOf(ErrorCode.class);
  private Instant since = Instant.MIN;
  private @Nullable Instant lastTold;

  /**
   * An outage that is none yet.
   *
   * @param who whose it is, for the log
   * @param over what is told at its end
   * @param clock the node's
   */
  Outage(String who, String over, InstantSource clock) {
    this.who = who;
    this.over = over;
    this.clock = clock;
  }

  /**
   * One of the things has failed, perhaps once more.
   *
   * @param number which
   * @param what has failed, in words that the reason can follow
   * @param why the reason
   */
  synchronized void failed(long number, String what, RuntimeException why) {
    Instant now = clock.instant();
    if (failing.isEmpty()) {
      since = now;
    }
    Optional<ErrorCode> known =
        why instanceof EdgeBeatException e ? Optional.of(e.code()) : Optional.empty();
    String text = what + ": " + known.map(code -> code + ", " + why.getMessage()).orElse("" + why);
    failing.put(number, text);
    if ((lastTold == null || Duration.between(lastTold, now).abs().compareTo(PACE) >= 0)
        && told.add(known.orElse(ErrorCode.INTERNAL))) {
      lastTold = now;
      if (known.isPresent()) {
        LOG.warn("node {}: {}", who, text);
      } else {
        LOG.error("node {}: {}", who, text, why);
      }
    }
  }

  /** One of the things has succeeded or is not tried any more. */
  synchronized void passed(long number) {
    if (failing.remove(number) != null && failing.isEmpty() && !told.isEmpty()) {
      told.clear();
      LOG.info("node {}: {} after {}", who, over, Duration.between(since, clock.instant()));
    }
  }

  /** What fails now, in a sentence. */
  synchronized Optional<String> problem() {
    Map.Entry<Long, String> first = failing.firstEntry();
    int more = failing.size() - 1;
    return first == null
        ? Optional.empty()
        : Optional.of(first.getValue() + (more == 0 ? "" : " (and " + more + " more)"));
  }
}
