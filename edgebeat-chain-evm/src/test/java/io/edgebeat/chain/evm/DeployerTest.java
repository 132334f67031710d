package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.LedgerParameters;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What cannot be deployed is refused with what is wrong. */
@Timeout(60)
class DeployerTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private static EdgeBeatException refused(
      URI node, KeySigner signer, Amount supply, Duration changeDelay) {
    return catchThrowableOfType(
        EdgeBeatException.class,
        () -> Deployer.deploy(node, signer, supply, changeDelay, LedgerParameters.DEFAULTS));
  }

  @Test
  void whoHasNoCoinIsNamed() {
    Devnet net = Anvil.here();
    KeySigner poor = EvmBench.key();
    EdgeBeatException failure = refused(net.uri(), poor, Edg.of("1"), HOUR);
    assertThat(failure.code()).isEqualTo(ErrorCode.INSUFFICIENT_FUNDS);
    assertThat(failure).hasMessageContaining(poor.address().toString());
  }

  /** Before anybody is asked: nobody listens there. */
  @Test
  void delaysAndSuppliesThatNoContractTakesAreNamed() {
    URI nobody = URI.create("http://127.0.0.1:1");
    KeySigner signer = EvmBench.key();
    for (String delay : new String[] {"PT59M59.999S", "PT0S", "PT-1H", "PT720H0.001S"}) {
      EdgeBeatException failure = refused(nobody, signer, Edg.of("1"), Duration.parse(delay));
      assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
      assertThat(failure)
          .hasMessageContaining(Duration.parse(delay).toString())
          .hasMessageContaining("PT1H .. PT720H");
    }
    EdgeBeatException failure = refused(nobody, signer, Edg.units(0), HOUR);
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure).hasMessageContaining("0 EDG");
  }
}
