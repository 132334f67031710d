/** The money side: amounts, what is signed, what a ledger is told and what it tells. */
@NullMarked
package io.edgebeat.api.ledger;

import org.jspecify.annotations.NullMarked;
