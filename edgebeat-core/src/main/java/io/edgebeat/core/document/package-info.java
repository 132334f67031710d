/**
 * The versioned documents that parties sign or hash: listing, terms and invoice, as canonical JSON.
 */
@NullMarked
package io.edgebeat.core.document;

import org.jspecify.annotations.NullMarked;
