// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {Agreement, Settlement, Status} from "../../src/interfaces/MarketTypes.sol";
import {States} from "../support/States.sol";

/// @title Every state and every command
/// @notice The table is the one of SPECIFICATION.md; what is not in it is refused with state and command named, though the
/// right party sends it with all signatures at a time when it would be legal.
contract TransitionsTest is States {
    uint256 private constant COMMANDS = 16;

    struct Row {
        bytes4 command;
        uint256 from;
        Status to;
        bool stays;
    }

    function _from(Status s) private pure returns (uint256) {
        return 1 << uint256(s);
    }

    function _row(uint256 i) private pure returns (Row memory) {
        uint256 unopened = _from(Status.NONE) | _from(Status.OFFER_RECORDED);
        uint256 funded = _from(Status.OPEN) | _from(Status.CLOSING);
        if (i == 0) return Row(IEdgeBeatMarket.recordOffer.selector, unopened, Status.OFFER_RECORDED, false);
        if (i == 1) {
            return Row(IEdgeBeatMarket.acceptOffer.selector, _from(Status.OFFER_RECORDED), Status.ACCEPTED, false);
        }
        if (i == 2) return Row(IEdgeBeatMarket.depositFee.selector, _from(Status.ACCEPTED), Status.FEE_HELD, false);
        if (i == 3) return Row(IEdgeBeatMarket.fundChannel.selector, _from(Status.FEE_HELD), Status.OPEN, false);
        if (i == 4) return Row(IEdgeBeatMarket.reclaimFee.selector, _from(Status.FEE_HELD), Status.LAPSED, false);
        if (i == 5) {
            return Row(IEdgeBeatMarket.cancel.selector, unopened | _from(Status.ACCEPTED), Status.LAPSED, false);
        }
        if (i == 6) return Row(IEdgeBeatMarket.open.selector, unopened, Status.OPEN, false);
        if (i == 7) return Row(IEdgeBeatMarket.openWithPermit.selector, unopened, Status.OPEN, false);
        if (i == 8) return Row(IEdgeBeatMarket.openFor.selector, unopened, Status.OPEN, false);
        if (i == 9) return Row(IEdgeBeatMarket.topUp.selector, _from(Status.OPEN), Status.OPEN, false);
        if (i == 10) return Row(IEdgeBeatMarket.claim.selector, funded, Status.NONE, true);
        if (i == 11) return Row(IEdgeBeatMarket.requestClose.selector, _from(Status.OPEN), Status.CLOSING, false);
        if (i == 12) return Row(IEdgeBeatMarket.terminate.selector, funded, Status.NONE, true);
        if (i == 13) return Row(IEdgeBeatMarket.settle.selector, funded, Status.CLOSED, false);
        if (i == 14) return Row(IEdgeBeatMarket.settleFor.selector, funded, Status.CLOSED, false);
        return Row(IEdgeBeatMarket.release.selector, funded, Status.CLOSED, false);
    }

    /// @dev The call as the right party makes it.
    function _call(bytes4 command, Agreement memory a, bytes32 id)
        private
        view
        returns (address sender, bytes memory data)
    {
        sender = BUYER;
        if (command == IEdgeBeatMarket.recordOffer.selector) {
            return (SELLER, abi.encodeCall(IEdgeBeatMarket.recordOffer, (id)));
        }
        if (command == IEdgeBeatMarket.open.selector) {
            return (sender, abi.encodeCall(IEdgeBeatMarket.open, (a, signature(SELLER_KEY, id))));
        }
        if (command == IEdgeBeatMarket.openWithPermit.selector) {
            return (
                sender,
                abi.encodeCall(
                    IEdgeBeatMarket.openWithPermit,
                    (
                        a,
                        signature(SELLER_KEY, id),
                        permitOf(BUYER_KEY, uint256(a.deposit) + a.fee, block.timestamp)
                    )
                )
            );
        }
        if (command == IEdgeBeatMarket.openFor.selector) {
            return (
                STRANGER,
                abi.encodeCall(IEdgeBeatMarket.openFor, (a, sign(BUYER_KEY, id), sign(SELLER_KEY, id)))
            );
        }
        if (command == IEdgeBeatMarket.topUp.selector) {
            return (STRANGER, abi.encodeCall(IEdgeBeatMarket.topUp, (a, EDG)));
        }
        if (command == IEdgeBeatMarket.claim.selector) {
            return (STRANGER, abi.encodeCall(IEdgeBeatMarket.claim, (a, worth(id, EDG))));
        }
        if (command == IEdgeBeatMarket.terminate.selector) {
            return (sender, abi.encodeCall(IEdgeBeatMarket.terminate, (a, EDG, "invoice")));
        }
        Settlement memory s = Settlement(id, EDG, "invoice");
        bytes32 digest = market.settlementDigest(s);
        if (command == IEdgeBeatMarket.settle.selector) {
            return (SELLER, abi.encodeCall(IEdgeBeatMarket.settle, (a, s, signature(VOUCHER_KEY, digest))));
        }
        if (command == IEdgeBeatMarket.settleFor.selector) {
            return (
                STRANGER,
                abi.encodeCall(
                    IEdgeBeatMarket.settleFor, (a, s, sign(BUYER_KEY, digest), sign(SELLER_KEY, digest))
                )
            );
        }
        if (command == IEdgeBeatMarket.acceptOffer.selector || command == IEdgeBeatMarket.release.selector) {
            sender = SELLER;
        }
        return (sender, abi.encodeWithSelector(command, a));
    }

    function testTheWholeProduct() public {
        uint256 legal;
        uint256 refused;
        for (uint256 state = 0; state <= uint256(Status.LAPSED); ++state) {
            for (uint256 i = 0; i < COMMANDS; ++i) {
                Row memory row = _row(i);
                (Agreement memory a, bytes32 id) = inState(Status(state));
                (address sender, bytes memory data) = _call(row.command, a, id);
                vm.prank(BUYER);
                token.approve(address(market), type(uint256).max);
                uint256 held = token.balanceOf(address(market));
                vm.prank(sender);
                (bool done, bytes memory answer) = address(market).call(data);
                if (row.from & _from(Status(state)) != 0) {
                    yes(done, "legal, but refused");
                    statusIs(id, row.stays ? Status(state) : row.to);
                    ++legal;
                } else {
                    yes(!done, "not legal, but done");
                    eq(
                        keccak256(answer),
                        keccak256(wrongState(id, Status(state), row.command)),
                        "another refusal than WrongState"
                    );
                    statusIs(id, Status(state));
                    eq(token.balanceOf(address(market)), held, "a refusal has moved tokens");
                    ++refused;
                }
            }
        }
        eq(legal, 27, "legal pairs");
        eq(legal + refused, 8 * COMMANDS, "pairs");
    }

    function testReleaseWithVoucherAndFinalizeInEveryState() public {
        for (uint256 state = 0; state <= uint256(Status.LAPSED); ++state) {
            bool legal = state == uint256(Status.OPEN) || state == uint256(Status.CLOSING);
            (Agreement memory a, bytes32 id) = inState(Status(state));
            bytes memory data = abi.encodeCall(IEdgeBeatMarket.releaseWithVoucher, (a, worth(id, EDG)));
            vm.prank(SELLER);
            _expect(data, legal, wrongState(id, Status(state), IEdgeBeatMarket.releaseWithVoucher.selector));

            (a, id) = inState(Status(state));
            vm.warp(block.timestamp + 30 days);
            vm.prank(STRANGER);
            _expect(
                abi.encodeCall(IEdgeBeatMarket.finalize, (a)),
                legal,
                wrongState(id, Status(state), IEdgeBeatMarket.finalize.selector)
            );
            if (legal) {
                statusIs(id, Status.CLOSED);
            }
        }
    }

    function _expect(bytes memory data, bool legal, bytes memory refusal) private {
        (bool done, bytes memory answer) = address(market).call(data);
        yes(done == legal, "legal or not");
        if (!legal) {
            eq(keccak256(answer), keccak256(refusal), "another refusal");
        }
    }

    /// @notice What a stranger has recorded is as good as nothing.
    function testAnOfferRecordedByAStrangerIsNone() public {
        bytes4[3] memory commands = [
            IEdgeBeatMarket.acceptOffer.selector,
            IEdgeBeatMarket.depositFee.selector,
            IEdgeBeatMarket.requestClose.selector
        ];
        for (uint256 i = 0; i < commands.length; ++i) {
            (Agreement memory a, bytes32 id) = inState(Status.NONE);
            vm.prank(STRANGER);
            market.recordOffer(id);
            statusIs(id, Status.OFFER_RECORDED);
            (address sender, bytes memory data) = _call(commands[i], a, id);
            vm.prank(sender);
            _expect(data, false, wrongState(id, Status.NONE, commands[i]));
        }
        (Agreement memory b, bytes32 other) = inState(Status.NONE);
        vm.prank(STRANGER);
        market.recordOffer(other);
        open(b);
        statusIs(other, Status.OPEN);
        (b, other) = inState(Status.NONE);
        vm.prank(STRANGER);
        market.recordOffer(other);
        vm.prank(BUYER);
        market.cancel(b);
        statusIs(other, Status.LAPSED);
    }
}
