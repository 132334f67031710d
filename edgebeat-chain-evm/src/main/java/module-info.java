/** The market's ledger in smart contracts on an EVM chain. */
module io.edgebeat.chain.evm {
  requires transitive io.edgebeat.api;
  requires io.github.resilience4j.circuitbreaker;
  requires io.github.resilience4j.core;
  requires io.github.resilience4j.ratelimiter;
  requires io.github.resilience4j.retry;
  requires org.slf4j;
  requires tools.jackson.core;

  exports io.edgebeat.chain.evm;

  provides io.edgebeat.spi.LedgerProvider with
      io.edgebeat.chain.evm.EvmLedgerProvider;
}
