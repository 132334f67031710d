package io.edgebeat.chain.evm.market;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import java.math.BigInteger;

/**
 * A command as a call of a contract.
 *
 * @param to which contract
 * @param data the call
 * @param spends how much the market takes out of the sender's wallet, for which it needs an
 *     allowance; zero for nothing
 * @param gas what it may use at most, whatever the state it meets; gates come on top
 * @param summary what it does, in a line for whoever signs
 */
public record MarketCall(Address to, Blob data, BigInteger spends, long gas, String summary) {}
