// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The arithmetic of money and deadlines
/// @notice Amounts are below 2^96 and times below 2^40 where they come in, so no sum or product here leaves 256 bits. The
/// `unchecked` blocks rest on that, and `test/proofs` proves it.
library MoneyMath {
    /// @notice The fee that is due: never more than what was paid.
    /// @param fee what was escrowed
    /// @param paid what the seller got in all
    /// @return the smaller of the two
    function feeDue(uint256 fee, uint256 paid) internal pure returns (uint256) {
        return fee < paid ? fee : paid;
    }

    /// @notice What goes back to the buyer: paid + refund + due = total + fee.
    /// @param total deposit + topUps
    /// @param paid what the seller got in all, at most total
    /// @param fee what was escrowed
    /// @param due what of it is due, at most fee
    /// @return the rest
    function refund(uint256 total, uint256 paid, uint256 fee, uint256 due) internal pure returns (uint256) {
        unchecked {
            return total - paid + (fee - due);
        }
    }

    /// @notice What the seller has got in all once a voucher was claimed: min(value, total), but never less than before.
    /// @param cumulative of the voucher, below 2^96
    /// @param tickAmount of the voucher, below 2^96
    /// @param ticks how many preimages are shown, below 2^32
    /// @param claimed what the seller has got before, at most total
    /// @param total deposit + topUps
    /// @return at least claimed and at most total
    function claimedAfter(uint256 cumulative, uint256 tickAmount, uint256 ticks, uint256 claimed, uint256 total)
        internal
        pure
        returns (uint256)
    {
        uint256 value;
        unchecked {
            value = cumulative + ticks * tickAmount;
        }
        if (value > total) {
            value = total;
        }
        return value > claimed ? value : claimed;
    }

    /// @notice When anyone may finalize once the buyer has asked to close: min(timestamp, expiry) + challenge.
    /// @param timestamp when the buyer asks, below 2^40
    /// @param expiry of the agreement, below 2^40
    /// @param challenge of the agreement, below 2^32
    /// @return the deadline
    function deadline(uint256 timestamp, uint256 expiry, uint256 challenge) internal pure returns (uint256) {
        unchecked {
            return (timestamp < expiry ? timestamp : expiry) + challenge;
        }
    }
}
