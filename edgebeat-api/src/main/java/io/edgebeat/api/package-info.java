/** What an application holds: a node, and its two roles. */
@NullMarked
package io.edgebeat.api;

import org.jspecify.annotations.NullMarked;
