package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.identity.Address;
import io.edgebeat.chain.evm.Deployment;
import io.edgebeat.chain.evm.abi.AbiWriter;
import io.edgebeat.chain.evm.rpc.Answers;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The ledger on a chain. The calls of one step are in one block. */
final class EvmSide extends LedgerSide {
  private final Arena arena;
  private final Deployment deployment;

  EvmSide(Arena arena, World world, List<Deal> deals) {
    super(deals, actor -> arena.connect(world, actor.signer()));
    this.arena = arena;
    this.deployment = arena.deployment(world);
  }

  @Override
  void begin(Instant time) {
    // The block's time is told when it is made.
  }

  @Override
  void seal(Instant time) {
    arena.mine(time);
  }

  @Override
  void drop(int depth) {
    arena.rollback(depth);
  }

  @Override
  public void pause(Instant time, boolean on) {
    byte[] data = AbiWriter.call(on ? "pause()" : "unpause()").toBytes();
    arena.ownerCalls(deployment.core(), Hex.of(data));
    arena.mine(time);
    settle();
  }

  /** Read beside the client, whose own word is asked for records and events. */
  @Override
  public List<BigInteger> money() {
    Address token = deployment.token();
    Address market = deployment.market();
    List<Call<BigInteger>> calls = new ArrayList<>();
    List<Call<BigInteger>> fees = new ArrayList<>();
    for (Actor actor : Actor.values()) {
      calls.add(view(token, AbiWriter.call("balanceOf(address)").address(actor.address())));
      calls.add(view(market, AbiWriter.call("vaultOf(address)").address(actor.address())));
      fees.add(view(market, AbiWriter.call("feesOf(address)").address(actor.address())));
    }
    fees.add(view(market, AbiWriter.call("feePot()")));
    Call<BigInteger> held = view(token, AbiWriter.call("balanceOf(address)").address(market));
    List<Call<?>> all = new ArrayList<>(calls);
    all.addAll(fees);
    all.add(held);
    Answers answers = arena.ask(all);
    List<BigInteger> money = new ArrayList<>(calls.stream().map(answers::get).toList());
    money.add(fees.stream().map(answers::get).reduce(BigInteger.ZERO, BigInteger::add));
    money.add(answers.get(held));
    return money;
  }

  private static Call<BigInteger> view(Address contract, AbiWriter call) {
    return Call.of(
        "eth_call",
        Hex::big,
        Json.object("to", contract.toString(), "data", Hex.of(call.toBytes())),
        Json.of("latest"));
  }
}
