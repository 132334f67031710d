package io.edgebeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.Executor;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import io.edgebeat.spi.ExecutorProvider;
import io.edgebeat.spi.ProviderContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that cannot be opened, or not any more, while agreements of others are open. */
class BadSetupTest extends Funded {
  @TempDir Path directory;

  /** A provider that claims an id others have. */
  public static final class Twin implements ExecutorProvider {
    @Override
    public String id() {
      return "wasm";
    }

    @Override
    public Executor create(ProviderContext context) {
      throw new AssertionError("never made");
    }
  }

  /** A provider that cannot work here. */
  public static final class Broken implements ExecutorProvider {
    @Override
    public String id() {
      return "broken";
    }

    @Override
    public Optional<String> unavailable() {
      return Optional.of("no engine at /run/engine.sock");
    }

    @Override
    public Set<String> configKeys() {
      return Set.of("socket");
    }

    @Override
    public Executor create(ProviderContext context) {
      throw new AssertionError("never made");
    }
  }

  /** Finds one more provider than the class path has. */
  private ClassLoader with(Class<?> provider) {
    return new ClassLoader(getClass().getClassLoader()) {
      @Override
      public java.util.Enumeration<java.net.URL> getResources(String name) throws IOException {
        java.util.List<java.net.URL> all =
            new java.util.ArrayList<>(java.util.Collections.list(super.getResources(name)));
        if (name.equals("META-INF/services/" + ExecutorProvider.class.getName())) {
          Path file = directory.resolve("provider-" + provider.getSimpleName());
          Files.writeString(file, provider.getName());
          all.add(file.toUri().toURL());
        }
        return java.util.Collections.enumeration(all);
      }
    };
  }

  private NodeBuilder bare() {
    return EdgeBeat.node().signer(malloryKey);
  }

  @Test
  void signerAndLedgerAreRequired() {
    refused(ErrorCode.INVALID_ARGUMENT, () -> EdgeBeat.node().open(), "signer");
    refused(ErrorCode.INVALID_ARGUMENT, () -> bare().open(), "ledger");
  }

  @Test
  void aMissingBackendNamesTheArtifact() {
    refused(
        ErrorCode.BACKEND_MISSING,
        () -> bare().ledger("evm", Map.of()).open(),
        "ledger \"evm\"",
        "io.edgebeat:edgebeat-chain-evm");
    refused(
        ErrorCode.BACKEND_MISSING,
        () -> node(malloryKey).executor("docker", Map.of()).open(),
        "executor \"docker\"",
        "io.edgebeat:edgebeat-exec-docker",
        "Found here: wasm");
  }

  @Test
  void aMisspeltBackendNamesTheNearestOfItsKind() {
    refused(
        ErrorCode.BACKEND_MISSING,
        () -> node(malloryKey).executor("wasn", Map.of()).open(),
        "executor \"wasn\"",
        "did you mean \"wasm\"?",
        "Found here: wasm");
    // Near to one that is not here: its artifact would be the next question.
    refused(
        ErrorCode.BACKEND_MISSING,
        () -> node(malloryKey).executor("dokcer", Map.of()).open(),
        "executor \"dokcer\"",
        "did you mean \"docker\" of the artifact io.edgebeat:edgebeat-exec-docker?");
    refused(
        ErrorCode.BACKEND_MISSING,
        () -> bare().ledger("evn", Map.of()).open(),
        "ledger \"evn\"",
        "did you mean \"evm\" of the artifact io.edgebeat:edgebeat-chain-evm?",
        "Found here: none");
    refused(
        ErrorCode.BACKEND_MISSING,
        () -> node(malloryKey).content("ifps", Map.of()).open(),
        "content store \"ifps\"",
        "did you mean \"ipfs\"",
        "edgebeat-storage-ipfs");
    refused(
        ErrorCode.BACKEND_MISSING,
        () -> node(malloryKey).transport("grcp", Map.of()).open(),
        "transport \"grcp\"",
        "did you mean \"grpc\"",
        "edgebeat-transport-grpc");
  }

  @Test
  void aBackendOfAnotherKindIsNotAdvised() {
    EdgeBeatException e =
        refused(
            ErrorCode.BACKEND_MISSING,
            () -> node(malloryKey).executor("evm", Map.of()).open(),
            "executor \"evm\"",
            "Found here: wasm");
    assertThat(e.getMessage()).doesNotContain("edgebeat-chain-evm");
  }

  @Test
  void twoProvidersOfOneIdAreNamed() {
    refused(
        ErrorCode.BACKEND_DUPLICATE,
        () -> node(malloryKey).classLoader(with(Twin.class)).open(),
        "\"wasm\"",
        Twin.class.getName(),
        "WasmExecutorProvider");
  }

  @Test
  void anUnavailableBackendSaysWhy() {
    refused(
        ErrorCode.BACKEND_UNAVAILABLE,
        () -> node(malloryKey).classLoader(with(Broken.class)).executor("broken", Map.of()).open(),
        "\"broken\"",
        "/run/engine.sock");
  }

  @Test
  void anUnknownKeyNamesTheNearest() {
    refused(
        ErrorCode.UNKNOWN_CONFIG_KEY,
        () -> node(malloryKey).executor("wasm", Map.of("memoryByte", "1")).open(),
        "\"wasm\"",
        "\"memoryByte\"",
        "did you mean \"memoryBytes\"");
    refused(
        ErrorCode.UNKNOWN_CONFIG_KEY,
        () -> node(malloryKey).option("buyer.windows", "1").open(),
        "\"buyer.windows\"",
        "did you mean \"buyer.window\"");
  }

  @Test
  void anUnparsableValueIsNamed() {
    refused(
        ErrorCode.INVALID_CONFIG_VALUE,
        () -> node(malloryKey).executor("wasm", Map.of("wallTime", "soon")).open(),
        "\"wallTime\"",
        "\"soon\"");
    refused(
        ErrorCode.INVALID_CONFIG_VALUE,
        () -> node(malloryKey).executor("wasm", Map.of("memoryBytes", "-5")).open(),
        "memoryBytes",
        "-5");
    refused(
        ErrorCode.INVALID_CONFIG_VALUE,
        () -> node(malloryKey).option("seller.grace", "5s").open(),
        "\"seller.grace\"",
        "\"5s\"");
    refused(
        ErrorCode.INVALID_CONFIG_VALUE,
        () -> node(malloryKey).option("seller.literal", "yes").open(),
        "\"seller.literal\"",
        "\"yes\"");
    refused(
        ErrorCode.INVALID_CONFIG_VALUE,
        () -> node(malloryKey).option("mode", "fast").open(),
        "\"fast\"");
  }

  @Test
  void theSameCapabilityTwiceIsNamed() {
    refused(
        ErrorCode.DUPLICATE,
        () ->
            node(malloryKey)
                .capability(new BadTradeTest.Bell("bell"))
                .capability(new BadTradeTest.Bell("bell")),
        "capability bell");
  }

  @Test
  void aClosedNodeSaysSo() {
    EdgeBeatNode node = opened(node(malloryKey));
    node.close();
    node.close();
    String name = malloryKey.address().toString();
    refused(ErrorCode.CLOSED, () -> node.buyer().submit(add(), half()), name);
    refused(ErrorCode.CLOSED, () -> node.buyer().negotiate(listing, add(), half()), name);
    refused(ErrorCode.CLOSED, () -> node.seller().advertise(HERE), name);
    refused(ErrorCode.CLOSED, () -> node.seller().withdraw(listing.id()), name);
    assertThat(node.health().serving()).isFalse();
    assertThat(node.buyer().tasks()).isEmpty();
    assertThat(buyer.search(ListingQuery.ALL, PageKey.first(10)).items()).hasSize(2);
  }

  @Test
  void twoNodesOnOneDirectoryAreRefused() {
    opened(node(malloryKey).directory(directory.resolve("node")));
    refused(
        ErrorCode.LOCKED,
        () -> node(poorKey).directory(directory.resolve("node")).open(),
        directory.resolve("node"));
  }

  @Test
  void aDamagedJournalIsNamedWithTheOffset() throws IOException {
    Path home = directory.resolve("node");
    EdgeBeatNode node = node(malloryKey).directory(home).open();
    node.seller().advertise(HERE);
    node.close();
    Path file = damage(home.resolve("journal"));
    refused(
        ErrorCode.CORRUPTED,
        () -> node(malloryKey).directory(home).open(),
        file.getFileName(),
        "offset ");
  }

  @Test
  void aDamagedLedgerIsNamed() throws IOException {
    Path home = directory.resolve("market");
    Files.createDirectory(home);
    EdgeBeat.local().directory(home).realTime().close();
    Path file = damage(home.resolve("ledger"));
    refused(
        ErrorCode.CORRUPTED,
        () -> EdgeBeat.local().directory(home).realTime(),
        file.getFileName(),
        "offset ");
  }

  @Test
  void aDamagedContentFileIsNamed() throws IOException {
    Path home = directory.resolve("content");
    byte[] program = HexFormat.of().parseHex(BadWorkloadTest.LOOPS);
    EdgeBeatNode hoster =
        opened(
            node(malloryKey)
                .content(new Rotten(content, EmbeddedContent.onDisk(home), program))
                .capacity(CAPACITY));
    ContentId image = ContentId.ofRaw(program);
    Listing there = hoster.seller().advertise(HERE);
    AgreementId id = signed(buyer.negotiate(there, TaskSpec.wasm(image), half()));
    buyer.open(id, LONG);
    Path file;
    try (Stream<Path> files = Files.walk(home.resolve("blocks"))) {
      file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[20] ^= 1;
    Files.write(file, bytes);
    Task task = buyer.run(id, TaskSpec.wasm(image));
    assertThat(task.await(LONG))
        .isInstanceOfSatisfying(
            TaskOutcome.Failed.class,
            f -> {
              assertThat(f.code()).isEqualTo(ErrorCode.CONTENT_MISMATCH);
              assertThat(f.message()).contains(image.toString(), file.toString(), "hash to");
            });
    assertThat(hoster.seller().drain(LONG)).isTrue();
    AgreementRecord record = ledger.agreement(id, Finality.PENDING);
    assertThat(record.status()).isEqualTo(AgreementStatus.CLOSED);
    assertThat(record.paid()).isLessThanOrEqualTo(PRICE.setup().plus(PRICE.perTick()));
  }

  /** Flips one bit in the first record after the header, with records behind it. */
  private static Path damage(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      Path file = files.filter(f -> f.toFile().length() > 200).sorted().findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(file);
      bytes[120] ^= 1;
      Files.write(file, bytes);
      return file;
    }
  }
}
