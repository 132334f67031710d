package io.edgebeat.benchmarks.money;

import com.sun.management.OperatingSystemMXBean;
import io.edgebeat.EdgeBeat;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.benchmarks.InstantExecutor;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.core.embedded.ledger.EmbeddedChain;
import io.edgebeat.core.embedded.transport.JvmNetwork;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** How long it takes to open a node with many open channels, beside plainly reading its journal. */
public final class RecoveryBench implements Program {
  private @Nullable EdgeBeatNode opened;

  @Override
  public String name() {
    return "recovery";
  }

  @Override
  public String summary() {
    return "seconds until a node with 10 000 open channels is open, beside reading its journal";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int count = (int) context.option("count", context.nightly() ? 7 : 3);
    int channels = (int) context.option("channels", 10_000);
    SignatureBackend signatures = EdgeBeat.signatures();
    KeySigner key = KeySigner.generate(signatures, new SecureRandom());
    Path directory = Rounds.directory(context, "recovery");
    Rounds rounds = new Rounds();
    try (EmbeddedChain chain =
            EmbeddedChain.inMemory(EmbeddedChain.config(signatures).funds(Map.of()));
        ContentStore content = EmbeddedContent.inMemory()) {
      Path home = Files.createDirectories(directory.resolve("made"));
      long bytes =
          new ManyChannels(
                  PaidSeller.streaming(Duration.ofSeconds(context.option("streamed", 17))),
                  chain.connect(key).info(),
                  key.address())
              .write(home.resolve("journal"), channels);
      context.say(channels + " channels, " + (bytes >> 20) + " MiB of records");
      for (int i = 0; i < count; i++) {
        Path copy = directory.resolve("copy" + i);
        copy(home.resolve("journal"), copy.resolve("journal"));
        long size = read(copy.resolve("journal"));
        rounds.wall("read", () -> read(copy.resolve("journal")));
        rounds.wall(
            "open",
            () -> {
              long before = processorNanos();
              EdgeBeatNode node =
                  EdgeBeat.node()
                      .noIndex()
                      .signer(key)
                      .signatures(signatures)
                      .ledger(chain.connect(key))
                      .content(content)
                      .transport(new JvmNetwork().transport(key.address()))
                      .executor(new InstantExecutor(ContentId.ofRaw(new byte[] {1})))
                      .directory(copy)
                      .open();
              rounds.add("processor", size * 1e9 / (processorNanos() - before));
              opened = node;
              return size;
            });
        try (EdgeBeatNode node = Objects.requireNonNull(opened)) {
          int there = node.seller().agreements().size();
          if (there != channels) {
            throw new IllegalStateException(there + " channels of " + channels);
          }
        }
        context.say("opened in " + Rounds.hundredths(size / rounds.last("open")) + " s");
        Rounds.remove(copy);
      }
      double seconds = bytes / rounds.median("open");
      context.result("channels", channels);
      context.result("bytes", bytes);
      context.result("seconds", Rounds.hundredths(seconds));
      context.result("read_seconds", Rounds.hundredths(bytes / rounds.median("read")));
      context.result("processor_seconds", Rounds.hundredths(bytes / rounds.median("processor")));
      rounds.ratio(context, "times_reading", "read", "open");
      context.say("goal: 5 seconds" + (seconds > 5 ? ": MISSED" : ""));
    } finally {
      Rounds.remove(directory);
    }
  }

  /** Of the whole JVM. */
  private static long processorNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path file : files(from)) {
      Files.copy(file, to.resolve(file.getFileName().toString()));
    }
  }

  private static List<Path> files(Path of) throws IOException {
    try (Stream<Path> list = Files.list(of)) {
      return list.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Reads every byte and sums it up, and does nothing else. */
  private static long read(Path directory) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocateDirect(256 << 10);
    long bytes = 0;
    for (Path file : files(directory)) {
      try (FileChannel channel = FileChannel.open(file)) {
        while (channel.read(buffer.clear()) >= 0) {
          bytes += buffer.flip().limit();
          crc.update(buffer);
        }
      }
    }
    if (crc.getValue() == 0) {
      throw new IllegalStateException("nothing was read");
    }
    return bytes;
  }
}
