package io.edgebeat.chain.evm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.Settlement;
import io.edgebeat.chain.evm.abi.AbiReader;
import io.edgebeat.chain.evm.abi.AbiWriter;
import io.edgebeat.chain.evm.follow.Chain;
import io.edgebeat.chain.evm.rpc.Answers;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.Rpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads what the ledger is, and refuses what is not the market it should be. */
final class EvmInfo {
  private static final Settlement NOTHING =
      new Settlement(new AgreementId(Bytes32.ZERO), Amount.zero(Asset.EDG), Bytes32.ZERO);

  private EvmInfo() {}

  static LedgerInfo read(Rpc rpc, EvmOptions options) {
    Deployment deployment = options.deployment();
    Call<Long> chain = Call.of("eth_chainId", Hex::number);
    for (Answers answers : rpc.tellAll(List.of(chain))) {
      if (answers.error(chain).isEmpty() && answers.get(chain) != deployment.chainId()) {
        throw not(
            answers.endpoint()
                + " is on chain "
                + answers.get(chain)
                + ", and the market on chain "
                + deployment.chainId());
      }
    }
    rpc.expect(deployment.chainId());
    Call<Integer> marketCode = code(deployment.market());
    Call<Integer> tokenCode = code(deployment.token());
    Answers first = rpc.agreed(List.of(marketCode, tokenCode));
    if (first.get(marketCode) == 0 || first.get(tokenCode) == 0) {
      throw not(
          "there is no contract at "
              + (first.get(marketCode) == 0 ? deployment.market() : deployment.token())
              + " on chain "
              + deployment.chainId());
    }
    long newest = rpc.ask(Chain.block("latest")).number();
    if (deployment.firstBlock() > newest + 1) {
      throw not(
          "the market begins at block "
              + deployment.firstBlock()
              + ", and the newest block is "
              + newest);
    }
    SigningDomain domain = SigningDomain.edgeBeat(deployment.chainId(), deployment.market());
    Call<Blob> token = view(deployment, AbiWriter.call("TOKEN()"));
    Call<Blob> core = view(deployment, AbiWriter.call("CORE()"));
    Call<Blob> digest =
        view(
            deployment,
            AbiWriter.call("settlementDigest((bytes32,uint96,bytes32))")
                .bytes32(Bytes32.ZERO)
                .uint(0)
                .bytes32(Bytes32.ZERO));
    Call<Blob> minChallenge = view(deployment, AbiWriter.call("MIN_CHALLENGE()"));
    Call<Blob> maxChallenge = view(deployment, AbiWriter.call("MAX_CHALLENGE()"));
    Call<Blob> maxLife = view(deployment, AbiWriter.call("MAX_LIFE()"));
    Call<Blob> rules = view(deployment, AbiWriter.call("openingRules()"));
    List<Call<Blob>> all = List.of(token, core, digest, minChallenge, maxChallenge, maxLife, rules);
    Answers answers = rpc.agreed(new ArrayList<>(all));
    for (Call<Blob> call : all) {
      // A node that is busy says nothing about the contract.
      if (answers.error(call).filter(Answers.NodeError::isRevert).isPresent()) {
        throw not("the contract at " + deployment.market() + " is no market");
      }
    }
    try {
      if (!new AbiReader(answers.get(token).toBytes(), 0).address().equals(deployment.token())) {
        throw not(
            "the market "
                + deployment.market()
                + " counts in another token than "
                + deployment.token());
      }
      if (!new AbiReader(answers.get(core).toBytes(), 0).address().equals(deployment.core())) {
        throw not(
            "the market " + deployment.market() + " has another core than " + deployment.core());
      }
      // What is signed here must be what is checked there.
      if (!new AbiReader(answers.get(digest).toBytes(), 0)
          .bytes32()
          .equals(NOTHING.digest(domain))) {
        throw not("the market " + deployment.market() + " has signatures of another form");
      }
      AbiReader opening = new AbiReader(answers.get(rules).toBytes(), 0);
      LedgerParameters parameters =
          new LedgerParameters(
              new Amount(Asset.EDG, opening.uint(96)),
              new Amount(Asset.EDG, opening.uint(96)),
              new Amount(Asset.EDG, opening.uint(96)),
              seconds(answers.get(minChallenge)),
              seconds(answers.get(maxChallenge)),
              seconds(answers.get(maxLife)));
      return new LedgerInfo(domain, Asset.EDG, options.finalityDepth(), commands(), parameters);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw not("the contract at " + deployment.market() + " is no market: " + e.getMessage());
    }
  }

  private static Duration seconds(Blob word) {
    return Duration.ofSeconds(new AbiReader(word.toBytes(), 0).number(40));
  }

  private static Set<Class<? extends LedgerCommand>> commands() {
    Set<Class<? extends LedgerCommand>> all = new HashSet<>();
    Arrays.stream(LedgerCommand.class.getPermittedSubclasses())
        .forEach(type -> all.add(type.asSubclass(LedgerCommand.class)));
    return all;
  }

  private static Call<Integer> code(Address contract) {
    return Call.of(
        "eth_getCode",
        json -> Hex.bytes(json).length,
        Json.of(contract.toString()),
        Json.of("latest"));
  }

  private static Call<Blob> view(Deployment deployment, AbiWriter call) {
    return Call.of(
        "eth_call",
        json -> Blob.of(Hex.bytes(json)),
        Json.object("to", deployment.market().toString(), "data", Hex.of(call.toBytes())),
        Json.of("latest"));
  }

  private static EdgeBeatException not(String why) {
    return new EdgeBeatException(
        ErrorCode.BACKEND_UNAVAILABLE,
        RetryAdvice.AFTER_STATE_CHANGE,
        why + "; check \"url\" and \"deployment\"",
        null);
  }
}
