package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.exec.wasm.wasi.FilesAudit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Calls every function with whatever comes to hand: numbers, addresses, sizes, paths and rights of
 * which many nearly fit. Nothing may come out of the host but error numbers and the ends a guest
 * can have, the files stay whole and within their quota, and the same calls give the same answers.
 */
class WasiFuzzTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("edgebeat.nightly");
  private static final int PLAYERS = NIGHTLY ? 200 : 16;
  private static final int DAMAGED = NIGHTLY ? 20 : 5;
  private static final int EACH = 500;
  private static final int CALLS = 5_000;
  private static final long SEED = Long.getLong("seed", 20_261);

  @ParameterizedTest
  @EnumSource(Word.class)
  void nothingComesOutOfTheHostAndFilesStayWhole(Word word) throws Exception {
    System.out.println("WasiFuzzTest seed=" + SEED);
    Map<String, Integer> succeeded = new TreeMap<>();
    for (long seed = SEED; seed < SEED + PLAYERS; seed++) {
      WasiPlayer player = new WasiPlayer(seed, word);
      player.play(CALLS);
      assertThat(player.done).hasSize(54);
      player.succeeded.forEach((name, count) -> succeeded.merge(name, count, Integer::sum));
    }
    for (String name :
        List.of(
            "path_open",
            "path_create_directory",
            "path_rename",
            "path_symlink",
            "path_link",
            "fd_write",
            "fd_pwrite",
            "fd_readdir",
            "fd_renumber",
            "fd_allocate")) {
      assertThat(succeeded.getOrDefault(HostFunctions.WASI + "." + name, 0))
          .as("seed %d: %s got somewhere", SEED, name)
          .isGreaterThan(PLAYERS / 4);
    }
  }

  @ParameterizedTest
  @EnumSource(Word.class)
  void theSameCallsGiveTheSameAnswers(Word word) throws Exception {
    WasiPlayer first = new WasiPlayer(SEED + 100, word);
    WasiPlayer second = new WasiPlayer(SEED + 100, word);
    first.play(CALLS);
    second.play(CALLS);
    assertThat(second.digest).isEqualTo(first.digest);
    WasiPlayer other = new WasiPlayer(SEED + 101, word);
    other.play(CALLS);
    assertThat(other.digest).isNotEqualTo(first.digest);
  }

  @ParameterizedTest
  @EnumSource(Word.class)
  void whatIsFrozenGoesOnAsIfNothingHadHappened(Word word) throws Exception {
    for (long seed = SEED + 200; seed < SEED + 220; seed++) {
      WasiPlayer original = new WasiPlayer(seed, word);
      original.play(2_000);
      byte[] state = original.host.state();
      WasiPlayer copy = new WasiPlayer(seed, word);
      copy.host.restore(state);
      assertThat(copy.host.state()).as("seed %d", seed).isEqualTo(state);
      System.arraycopy(original.bytes, 0, copy.bytes, 0, WasiPlayer.MEMORY);
      copy.digest = original.digest;
      original.random.setSeed(seed);
      copy.random.setSeed(seed);
      original.play(2_000);
      copy.play(2_000);
      assertThat(copy.digest).as("seed %d", seed).isEqualTo(original.digest);
      assertThat(copy.host.state()).as("seed %d", seed).isEqualTo(original.host.state());
    }
  }

  /**
   * Calls that say the same in words of either length: equal answers, and equal files behind them.
   */
  @Test
  void wordsOfEitherLengthMeanTheSame() throws Exception {
    int succeeded = 0;
    for (long seed = SEED + 400; seed < SEED + 408; seed++) {
      WasiPlayer narrow = WasiPlayer.twin(seed, Word.BITS_32);
      WasiPlayer wide = WasiPlayer.twin(seed, Word.BITS_64);
      narrow.play(CALLS);
      wide.play(CALLS);
      assertThat(wide.answers).as("seed %d", seed).isEqualTo(narrow.answers);
      assertThat(wide.host.state()).as("seed %d", seed).isEqualTo(narrow.host.state());
      succeeded += wide.succeeded.values().stream().mapToInt(count -> count).sum();
    }
    assertThat(succeeded).isGreaterThan(CALLS);
  }

  /** An image may come from a stranger: it is refused, or stands for files that are whole. */
  @ParameterizedTest
  @EnumSource(Word.class)
  void aDamagedStateIsRefusedOrWhole(Word word) throws Exception {
    Random random = new Random(SEED + 300);
    int refused = 0;
    for (int round = 0; round < DAMAGED; round++) {
      WasiPlayer original = new WasiPlayer(SEED + 300 + round, word);
      original.play(500);
      byte[] state = original.host.state();
      for (int i = 0; i < EACH; i++) {
        byte[] damaged = state.clone();
        for (int k = random.nextInt(3); k >= 0; k--) {
          damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (random.nextInt(4) == 0) {
          damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length + 10));
        }
        WasiPlayer copy = new WasiPlayer(1, word);
        try {
          copy.host.restore(damaged);
          FilesAudit.check(copy.host.memoryFiles, copy.host.descriptors);
          copy.play(20);
        } catch (EdgeBeatException e) {
          assertThat(e.code()).as("seed %d: %s", SEED, e).isEqualTo(ErrorCode.BAD_WORKLOAD);
          refused++;
        }
      }
    }
    assertThat(refused).isBetween(DAMAGED * EACH / 10, DAMAGED * EACH - 1);
  }
}
