package io.edgebeat.benchmarks.check;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.TickChain;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Random;

/**
 * Ticks a second that are found right, one SHA-256 counted for each; beside the JDK's SHA-256 of as
 * many bytes, and beside what it makes of a long message, where nothing but its blocks counts.
 */
public final class TickVerifyBench implements Program {
  private static final int LENGTH = Voucher.MAX_TICKS;
  private static final int BLOCK = 64;
  private static final int WARM_UP = 3;

  @Override
  public String name() {
    return "tick-verify";
  }

  @Override
  public String summary() {
    return "ticks verified a second, in frames and one by one, beside bare SHA-256";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int count = (int) context.option("count", context.nightly() ? 25 : 9);
    int turns = (int) context.option("turns", 100);
    int frame = (int) context.option("frame", 93);
    Ticks ticks = new Ticks(new Random(context.seed().orElse(1)));
    ticks.requireSameAnswers();
    Rounds rounds = new Rounds();
    for (int i = 0; i < count + WARM_UP; i++) {
      if (i == WARM_UP) {
        rounds.clear();
      }
      Turns round = new Turns();
      for (int turn = 0; turn < turns; turn++) {
        round.take("frames", () -> ticks.verify(frame));
        round.take("single", () -> ticks.verify(1));
        round.take("hashes", ticks::hashes);
        round.take("blocks", ticks::blocks);
      }
      round.end(rounds);
    }
    context.result("frame", frame);
    rounds.rate(context, "per_core", "frames");
    rounds.rate(context, "single_per_core", "single");
    rounds.rate(context, "hashes_per_core", "hashes");
    rounds.rate(context, "blocks_per_core", "blocks");
    rounds.ratio(context, "ratio", "frames", "hashes");
    rounds.ratio(context, "ratio_single", "single", "hashes");
  }

  /** A whole chain, and a long message. */
  private static final class Ticks {
    private final AgreementId id;
    private final Bytes32[] links;
    private final MessageDigest sha = MessageDigest.getInstance("SHA-256");
    private final byte[] message = new byte[LENGTH * BLOCK];

    Ticks(Random random) throws NoSuchAlgorithmException {
      byte[] word = new byte[32];
      random.nextBytes(word);
      id = new AgreementId(Bytes32.of(word));
      random.nextBytes(word);
      links = TickChain.links(id, Bytes32.of(word), LENGTH);
    }

    /** Frame by frame, as a seller does. */
    long verify(int frame) {
      for (int k = 0; k < LENGTH; ) {
        int next = Math.min(LENGTH, k + frame);
        if (!TickChain.back(id, links[next], next - k).equals(links[k])) {
          throw new IllegalStateException("tick " + next + " does not lead to " + k);
        }
        k = next;
      }
      return LENGTH;
    }

    /** Each from the one after it, by the JDK alone. */
    long hashes() {
      byte[] bytes = new byte[48];
      links[LENGTH].copyTo(bytes, 0);
      System.arraycopy(id.digest().toBytes(), 0, bytes, 32, 16);
      for (int k = LENGTH; k > 0; k--) {
        System.arraycopy(sha.digest(bytes), 0, bytes, 0, 32);
      }
      if (!Bytes32.of(bytes, 0).equals(links[0])) {
        throw new IllegalStateException("the chain does not lead to its anchor");
      }
      return LENGTH;
    }

    long blocks() {
      sha.update(message);
      System.arraycopy(sha.digest(), 0, message, 0, 32);
      return LENGTH;
    }

    /** What TickChain says is what SHA-256 says, of what is right and of what is not. */
    void requireSameAnswers() {
      for (int k = 1; k <= LENGTH; k++) {
        byte[] bytes = Arrays.copyOf(links[k].toBytes(), 48);
        System.arraycopy(id.digest().toBytes(), 0, bytes, 32, 16);
        Bytes32 before = Bytes32.of(sha.digest(bytes));
        byte[] wrong = links[k].toBytes();
        wrong[k % 32] ^= (byte) (1 << k % 8);
        if (!before.equals(links[k - 1])
            || !TickChain.back(id, links[k], 1).equals(before)
            || !TickChain.back(id, links[k], k).equals(links[0])
            || TickChain.back(id, Bytes32.of(wrong), k).equals(links[0])) {
          throw new IllegalStateException("tick " + k + " is verified otherwise than by SHA-256");
        }
      }
    }
  }
}
