package io.edgebeat.chain.evm;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.chain.evm.abi.AbiWriter;
import io.edgebeat.chain.evm.rpc.Answers;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.Rpc;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads from receipts what an agreement has cost in gas. */
final class EvmCosts {
  private static final Bytes32 APPROVAL = AbiWriter.topic("Approval(address,address,uint256)");

  private EvmCosts() {}

  /**
   * A transaction that is in a block.
   *
   * @param about what the market's logs of it are about: the first argument of each
   * @param approval whether it only lets somebody take tokens
   */
  private record Mined(
      Address from,
      Optional<Address> to,
      long gas,
      boolean done,
      Set<Bytes32> about,
      boolean approval) {
    static Mined read(Json json, Deployment deployment) {
      Set<Bytes32> about = new HashSet<>();
      boolean approval = false;
      for (Json log : json.at("logs").items()) {
        List<Json> topics = log.at("topics").items();
        Address by = Hex.address(log.at("address"));
        if (by.equals(deployment.market()) && topics.size() > 1) {
          about.add(Hex.bytes32(topics.get(1)));
        }
        approval |=
            by.equals(deployment.token()) && Hex.bytes32(topics.getFirst()).equals(APPROVAL);
      }
      Optional<Address> to =
          json.at("to").isNull() ? Optional.empty() : Optional.of(Hex.address(json.at("to")));
      return new Mined(
          Hex.address(json.at("from")),
          to,
          Hex.number(json.at("gasUsed")),
          Hex.number(json.at("status")) == 1,
          about,
          approval && to.equals(Optional.of(deployment.token())));
    }
  }

  /**
   * Counts the transactions that told something of an agreement, each with the approval right
   * before it, and those to the market that failed between two of them of the same account.
   */
  static DevMarket.Cost of(URI node, Deployment deployment, AgreementId id, long head) {
    Map<Address, List<Mined>> accounts = new HashMap<>();
    for (Mined mined : read(node, deployment, head)) {
      accounts.computeIfAbsent(mined.from(), a -> new ArrayList<>()).add(mined);
    }
    long gas = 0;
    int transactions = 0;
    for (List<Mined> all : accounts.values()) {
      for (Mined counted : ofAgreement(all, deployment, id)) {
        gas += counted.gas();
        transactions++;
      }
    }
    return new DevMarket.Cost(gas, transactions);
  }

  private static List<Mined> ofAgreement(List<Mined> all, Deployment deployment, AgreementId id) {
    List<Mined> found = new ArrayList<>();
    List<Mined> failed = new ArrayList<>();
    Mined before = null;
    for (Mined mined : all) {
      if (mined.about().contains(id.digest())) {
        if (before != null && before.approval()) {
          found.add(before);
        }
        found.add(mined);
        found.addAll(failed);
        failed.clear();
      } else if (!found.isEmpty()
          && !mined.done()
          && mined.to().equals(Optional.of(deployment.market()))) {
        failed.add(mined);
      }
      before = mined;
    }
    return found;
  }

  private static List<Mined> read(URI node, Deployment deployment, long last) {
    List<Call<List<Mined>>> blocks = new ArrayList<>();
    for (long number = deployment.firstBlock(); number <= last; number++) {
      blocks.add(
          Call.of(
              "eth_getBlockReceipts",
              json -> json.items().stream().map(item -> Mined.read(item, deployment)).toList(),
              Json.of(Hex.of(number))));
    }
    try (Rpc rpc = new Rpc(List.of(node), RpcLimits.DEFAULTS)) {
      Answers answers = rpc.ask(new ArrayList<>(blocks));
      return blocks.stream().flatMap(block -> answers.get(block).stream()).toList();
    }
  }
}
