package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.chain.evm.rpc.FakeNode;
import io.edgebeat.spi.BackendConfig;
import io.edgebeat.spi.ProviderContext;
import io.edgebeat.testkit.FakeClock;
import io.edgebeat.testkit.LedgerBench.Party;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is not the market it should be is refused before anything is signed. */
@Timeout(60)
class ConnectTest {
  @TempDir Path directory;

  private ProviderContext context(EvmBench bench, Map<String, String> config) {
    return new ProviderContext(
        BackendConfig.of(config),
        FakeClock.create(),
        Thread.ofPlatform().daemon().factory(),
        bench.signer(Party.BUYER),
        EvmBench.SIGNATURES,
        Optional.empty(),
        Optional.empty());
  }

  private static EdgeBeatException refused(EvmBench bench, Deployment deployment) {
    return catchThrowableOfType(
        EdgeBeatException.class,
        () ->
            EvmLedger.connect(
                    EvmBench.options(deployment, List.of(bench.net.uri())),
                    bench.signer(Party.BUYER),
                    EvmBench.SIGNATURES)
                .close());
  }

  @Test
  void aNodeFindsItByItsIdAndItsFile() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here())) {
      Path file = directory.resolve("market.json");
      bench.deployment.save(file);
      assertThat(Deployment.load(file)).isEqualTo(bench.deployment);
      EvmLedgerProvider provider = new EvmLedgerProvider();
      Map<String, String> config = new HashMap<>();
      config.put("url", bench.net.uri().toString());
      config.put("deployment", file.toString());
      try (Ledger ledger = provider.create(context(bench, config))) {
        assertThat(provider.id()).isEqualTo("evm");
        assertThat(ledger.balance(ledger.account(), Finality.PENDING)).isEqualTo(Edg.of("1000"));
        assertThat(ledger.info().finalityDepth()).isEqualTo(64);
      }
      for (Map.Entry<String, String> wrong :
          List.of(
              Map.entry("finalityDepth", "-1"),
              Map.entry("url", "x y"),
              Map.entry("timeout", "PT0S"),
              Map.entry("timeout", "PT0.0005S"),
              Map.entry("timeout", "P200000D"),
              Map.entry("pollInterval", "P200000D"),
              Map.entry("maxStill", "P200000D"),
              Map.entry("maxStill", "-PT1S"),
              Map.entry("gasPriceCapGwei", "0"),
              Map.entry("gasTipGwei", "501"),
              Map.entry("deployment", "a\0b"),
              Map.entry("deployment", ""))) {
        Map<String, String> changed = new HashMap<>(config);
        changed.put(wrong.getKey(), wrong.getValue());
        EdgeBeatException failure =
            catchThrowableOfType(
                EdgeBeatException.class, () -> provider.create(context(bench, changed)).close());
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_CONFIG_VALUE);
        assertThat(failure.getMessage()).contains(wrong.getKey());
      }
      String own = bench.net.uri().toString();
      Map<String, String> twice = new HashMap<>(config);
      twice.put("url", own + ", " + own);
      assertThat(
              catchThrowableOfType(
                  EdgeBeatException.class, () -> provider.create(context(bench, twice)).close()))
          .hasMessageContaining(own + " is given twice")
          .returns(ErrorCode.INVALID_CONFIG_VALUE, EdgeBeatException::code);
      config.put("urls", "x");
      EdgeBeatException unknown =
          catchThrowableOfType(
              EdgeBeatException.class, () -> provider.create(context(bench, config)).close());
      assertThat(unknown.code()).isEqualTo(ErrorCode.UNKNOWN_CONFIG_KEY);
    }
  }

  @Test
  void whatIsSaidOfTheOptionsHoldsNoSecret() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here())) {
      Path file = directory.resolve("market.json");
      bench.deployment.save(file);
      Map<String, String> config = new HashMap<>();
      config.put(
          "url", "https://TOPSECRET:TOPSECRET@a.example/TOPSECRET,wss://b.example:1?TOPSECRET");
      config.put("deployment", file.toString());
      assertThat(EvmOptions.of(BackendConfig.of(config)).toString())
          .contains("https://a.example,", "wss://b.example:1]", "finalityDepth=64")
          .doesNotContain("TOPSECRET");
      config.put("gasTipGwei", "2");
      config.put("gasPriceCapGwei", "1");
      assertThat(
              catchThrowableOfType(
                  EdgeBeatException.class, () -> EvmOptions.of(BackendConfig.of(config))))
          .hasMessageContainingAll("gasTipGwei", "gasPriceCapGwei", "2", "1");
    }
  }

  @Test
  void aFileThatIsNoneIsNamed() throws Exception {
    Path file = directory.resolve("market.json");
    notLoaded(file, ErrorCode.STORAGE_FAILED, file.toString(), "Deployment.save");
    notLoaded(directory, ErrorCode.STORAGE_FAILED, directory.toString());
    notLoaded(Path.of(""), ErrorCode.INVALID_ARGUMENT, "no name");
    Files.write(file, new byte[] {(byte) 0xff});
    notLoaded(file, ErrorCode.CORRUPTED, file.toString(), "no JSON");
    Files.writeString(file, "[]");
    notLoaded(file, ErrorCode.CORRUPTED, file.toString(), "no JSON object");
    String twenty = "\"0x" + "1".repeat(40) + '"';
    String good =
        "{\"chainId\":\"0x1\",\"token\":T,\"core\":T,\"market\":T,\"firstBlock\":\"0x0\"}"
            .replace("T", twenty);
    Files.writeString(file, good);
    assertThat(Deployment.load(file).chainId()).isEqualTo(1);
    Files.writeString(file, good.replace("market", "markt"));
    notLoaded(file, ErrorCode.CORRUPTED, file.toString(), "\"market\" is missing");
    Files.writeString(file, good.replace("\"0x1\"", "1"));
    notLoaded(file, ErrorCode.CORRUPTED, "\"chainId\" must be a text");
    Files.writeString(file, good.replace("\"core\":\"0x11", "\"core\":\"0x"));
    notLoaded(file, ErrorCode.CORRUPTED, "\"core\" is 19 bytes instead of 20");
    Files.writeString(file, good.replace("0x1\"", "0x0\""));
    notLoaded(file, ErrorCode.CORRUPTED, file.toString(), "no chain id 0");
  }

  private static void notLoaded(Path file, ErrorCode code, String... words) {
    EdgeBeatException failure =
        catchThrowableOfType(EdgeBeatException.class, () -> Deployment.load(file));
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.getMessage()).contains(words);
  }

  @Test
  void anotherChainAnotherTokenAndNoContractAreRefused() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here())) {
      Deployment d = bench.deployment;
      Map<Deployment, String> wrong =
          Map.of(
              new Deployment(d.chainId() + 1, d.token(), d.core(), d.market(), 0),
              "chain",
              new Deployment(d.chainId(), d.token(), d.core(), d.token(), 0),
              "no market",
              new Deployment(d.chainId(), d.core(), d.core(), d.market(), 0),
              "another token",
              new Deployment(d.chainId(), d.token(), d.token(), d.market(), 0),
              "another core",
              d.from(bench.net.head() + 2),
              "the newest block",
              new Deployment(
                  d.chainId(), d.token(), d.core(), bench.signer(Party.BUYER).address(), 0),
              "no contract");
      for (Map.Entry<Deployment, String> w : wrong.entrySet()) {
        EdgeBeatException failure = refused(bench, w.getKey());
        assertThat(failure.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE);
        assertThat(failure.getMessage()).contains(w.getValue());
      }
    }
  }

  /** A node that is on the chain, and says 7 to everything else. */
  private static FakeNode liar(long chainId) throws java.io.IOException {
    return new FakeNode(
        (body, out) -> {
          String seven = "0x" + "0".repeat(63) + "7";
          String said = body.contains("eth_chainId") ? "0x" + Long.toHexString(chainId) : seven;
          FakeNode.http(out, FakeNode.answer(body, "\"result\":\"" + said + '"'));
        });
  }

  /** Of several nodes each must be on the chain. */
  @Test
  void aNodeOfAnotherChainIsNamed() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FakeNode other = liar(bench.deployment.chainId() + 1)) {
      EvmOptions three =
          EvmBench.options(
              bench.deployment, List.of(bench.net.uri(), bench.secondUri(), other.uri()));
      EdgeBeatException failure =
          catchThrowableOfType(
              EdgeBeatException.class,
              () ->
                  EvmLedger.connect(three, bench.signer(Party.BUYER), EvmBench.SIGNATURES).close());
      assertThat(failure.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE);
      assertThat(failure.getMessage())
          .contains(":" + other.uri().getPort(), "chain " + (bench.deployment.chainId() + 1))
          .doesNotContain("TOPSECRET");
    }
  }

  /** A node that is dead or lies stops what needs two, and not what needs one. */
  @Test
  void moneyIsBelievedWhenTwoSayTheSame() throws Exception {
    try (EvmBench bench = new EvmBench(Anvil.here());
        FakeNode liar = liar(bench.deployment.chainId())) {
      URI good = bench.net.uri();
      EvmOptions two = EvmBench.options(bench.deployment, List.of(good, bench.secondUri()));
      try (Ledger ledger = EvmLedger.connect(two, bench.signer(Party.BUYER), EvmBench.SIGNATURES)) {
        assertThat(ledger.balance(ledger.account(), Finality.FINAL)).isEqualTo(Edg.of("1000"));
        assertThat(
                ledger
                    .awaitEvents(
                        io.edgebeat.api.ledger.LedgerCursor.START, 9, java.time.Duration.ZERO)
                    .entries())
            .isEmpty();
      }
      EvmOptions lying = EvmBench.options(bench.deployment, List.of(good, liar.uri()));
      EdgeBeatException failure =
          catchThrowableOfType(
              EdgeBeatException.class,
              () ->
                  EvmLedger.connect(lying, bench.signer(Party.BUYER), EvmBench.SIGNATURES).close());
      assertThat(failure.code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
      assertThat(failure.getMessage())
          .contains(":" + good.getPort(), ":" + liar.uri().getPort())
          .doesNotContain("TOPSECRET");
    }
  }
}
