package io.edgebeat.chain.evm.market;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.chain.evm.abi.AbiWriter;
import io.edgebeat.chain.evm.rpc.Json;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is called, read and put into words is what the contracts have, as they were compiled. */
class MarketAbiTest {
  /** Refusals that no command of a ledger can meet. */
  static final Set<String> OF_OTHERS =
      Set.of(
          "BadReceiver(address)",
          "BadSetup()",
          "HashFailed()",
          "InvalidShortString()",
          "OnlyCore(address)",
          "PotTooSmall(uint256,uint256)",
          "ReentrancyGuardReentrantCall()",
          "SafeERC20FailedOperation(address)",
          "StringTooLong(string)",
          "ECDSAInvalidSignature()",
          "ECDSAInvalidSignatureLength(uint256)",
          "ECDSAInvalidSignatureS(bytes32)",
          "ERC20InvalidApprover(address)",
          "ERC20InvalidSender(address)",
          "ERC20InvalidSpender(address)",
          "ERC2612ExpiredSignature(uint256)",
          "ERC2612InvalidSigner(address,address)",
          "InvalidAccountNonce(address,uint256)",
          "SupplyTooLarge(uint256)");

  static List<String> all(String kind) throws Exception {
    List<String> signatures = new ArrayList<>();
    for (String contract : List.of("EdgToken", "EdgeBeatMarket")) {
      String resource = "/META-INF/edgebeat/evm/" + contract + ".json";
      try (InputStream in = MarketCalls.class.getResourceAsStream(resource)) {
        for (Json entry : Json.parse(in.readAllBytes()).at("abi").items()) {
          if (entry.at("type").text().equals(kind)) {
            signatures.add(entry.at("name").text() + types(entry.at("inputs")));
          }
        }
      }
    }
    return signatures;
  }

  private static String types(Json inputs) {
    return inputs.items().stream()
        .map(
            i ->
                i.at("type").text().equals("tuple")
                    ? types(i.at("components"))
                    : i.at("type").text())
        .collect(Collectors.joining(",", "(", ")"));
  }

  @Test
  void everyFunctionThatIsCalledIsThere() throws Exception {
    assertThat(all("function")).containsAll(MarketCalls.functions());
    assertThat(MarketCalls.functions()).hasSize(24).doesNotHaveDuplicates();
  }

  @Test
  void everyLogThatIsReadIsThereAndAllOfTheMarketsAreRead() throws Exception {
    Set<Bytes32> there = new TreeSet<>();
    Set<String> left = new TreeSet<>();
    for (String signature : all("event")) {
      there.add(AbiWriter.topic(signature));
      boolean needed =
          !signature.matches(
              "(ParametersSynced|FeesCollected|EIP712DomainChanged|Approval|Transfer)[(].*");
      if (needed && !MarketEvents.topics().contains(AbiWriter.topic(signature))) {
        left.add(signature);
      }
    }
    assertThat(there).containsAll(MarketEvents.topics()).contains(MarketEvents.TRANSFER);
    assertThat(left).isEmpty();
  }

  @Test
  void everyRefusalHasWords() throws Exception {
    List<String> wordless =
        all("error").stream()
            .filter(error -> !OF_OTHERS.contains(error))
            .filter(error -> !MarketErrors.knows(AbiWriter.selector(error)))
            .toList();
    assertThat(wordless).isEmpty();
    assertThat(all("error")).hasSizeGreaterThan(40);
  }
}
