/**
 * A ledger inside the process: the market's money rules, signed transactions, blocks, finality and
 * reorganisations, without a network.
 *
 * <p>{@link io.edgebeat.core.embedded.ledger.EmbeddedChain} is the entry.
 */
@NullMarked
package io.edgebeat.core.embedded.ledger;

import org.jspecify.annotations.NullMarked;
