package io.edgebeat.spi;

import io.edgebeat.api.ledger.Ledger;

/** SPI: makes a ledger. */
public interface LedgerProvider extends BackendProvider<Ledger> {}
