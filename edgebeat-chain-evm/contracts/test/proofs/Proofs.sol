// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MoneyMath} from "../../src/libraries/MoneyMath.sol";

/// @title What holds for all numbers, not only for those that were drawn
/// @notice Proved by the compiler's model checker and z3 about the very functions that the market uses (`npm run prove`).
contract Proofs {
    /// @notice paid + refunded + feeDue = deposit + topUps + fee, and no fee above what was paid or escrowed.
    function feeSplit(uint96 deposit, uint96 topUps, uint96 fee, uint96 paid) external pure {
        uint256 total = uint256(deposit) + topUps;
        require(paid <= total);
        uint256 due = MoneyMath.feeDue(fee, paid);
        uint256 refunded = MoneyMath.refund(total, paid, fee, due);
        assert(due <= fee);
        assert(due <= paid);
        assert(due == fee || due == paid);
        assert(refunded <= total + fee);
        assert(paid + refunded + due == total + fee);
    }

    /// @notice Claimed never falls and never exceeds what the channel holds.
    function claimsStayInBounds(uint96 cumulative, uint96 tick, uint32 ticks, uint96 claimed, uint96 total)
        external
        pure
    {
        require(claimed <= total);
        uint256 next = MoneyMath.claimedAfter(cumulative, tick, ticks, claimed, total);
        assert(next >= claimed);
        assert(next <= total);
        assert(next == claimed || next <= uint256(cumulative) + uint256(ticks) * tick);
    }

    /// @notice A voucher that is worth more never leaves the seller with less.
    function vouchersAreMonotone(uint96 a, uint96 b, uint96 claimed, uint96 total) external pure {
        require(claimed <= total);
        require(a <= b);
        uint256 first = MoneyMath.claimedAfter(a, 0, 0, claimed, total);
        assert(first <= MoneyMath.claimedAfter(b, 0, 0, claimed, total));
        // Which comes first makes no difference: the larger one wins, they do not add up.
        assert(
            MoneyMath.claimedAfter(b, 0, 0, first, total)
                == MoneyMath.claimedAfter(b, 0, 0, claimed, total)
        );
    }

    /// @notice The deadline lies a challenge after the request, or after expiry where that is earlier, and fits its word.
    function deadlineIsBounded(uint40 timestamp, uint40 expiry, uint32 challenge) external pure {
        uint256 deadline = MoneyMath.deadline(timestamp, expiry, challenge);
        assert(deadline <= uint256(timestamp) + challenge);
        assert(deadline <= uint256(expiry) + challenge);
        assert(
            deadline == uint256(timestamp) + challenge || deadline == uint256(expiry) + challenge
        );
    }
}
