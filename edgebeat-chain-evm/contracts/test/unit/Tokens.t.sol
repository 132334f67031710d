// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EdgToken} from "../../src/EdgToken.sol";
import {EdgeBeatMarket} from "../../src/EdgeBeatMarket.sol";
import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {
    Agreement,
    Permit,
    Settlement,
    Signature,
    Status,
    VoucherClaim
} from "../../src/interfaces/MarketTypes.sol";
import {BadToken} from "../support/Doubles.sol";
import {States} from "../support/States.sol";

/// @title The token, and tokens that do not behave
contract TokensTest is States {
    BadToken private bad;

    function setUp() public override {
        bad = new BadToken(address(this), type(uint256).max / 2);
        super.setUp();
    }

    /// @dev This market counts in the bad token; the good one is used for EDG's own tests.
    function makeMarket() internal override returns (EdgeBeatMarket m) {
        m = newMarket(IERC20(address(bad)), core, 1 hours, 30 days, 365 days);
        address[3] memory all = [BUYER, SELLER, STRANGER];
        for (uint256 i = 0; i < 3; ++i) {
            require(bad.transfer(all[i], 100_000 * EDG));
            vm.prank(all[i]);
            bad.approve(address(m), type(uint256).max);
        }
    }

    function _moods() private pure returns (BadToken.Mood[4] memory) {
        return [
            BadToken.Mood.RETURNS_FALSE,
            BadToken.Mood.TAKES_A_FEE,
            BadToken.Mood.GIVES_MORE,
            BadToken.Mood.MOVES_NOTHING
        ];
    }

    function _refusal(uint256 i, uint256 amount) private view returns (bytes memory) {
        return i == 0
            ? abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(bad))
            : abi.encodeWithSelector(
                IEdgeBeatMarket.TokenMisbehaved.selector, amount, i == 1 ? amount - 1 : i == 2 ? amount + 1 : 0
            );
    }

    /// @notice Whatever comes in must have come: nothing is booked otherwise.
    function testWhatDidNotComeIsNotBooked() public {
        (Agreement memory accepted,) = inState(Status.ACCEPTED);
        (Agreement memory held,) = inState(Status.FEE_HELD);
        (Agreement memory running,) = inState(Status.OPEN);
        for (uint256 i = 0; i < 4; ++i) {
            bad.set(_moods()[i]);
            Agreement memory a = terms();
            bytes32 id = market.idOf(a);
            Signature memory s = signature(SELLER_KEY, id);
            vm.startPrank(BUYER);
            vm.expectRevert(_refusal(i, 101 * EDG));
            market.open(a, s);
            vm.expectRevert(_refusal(i, EDG));
            market.depositFee(accepted);
            vm.expectRevert(_refusal(i, 100 * EDG));
            market.fundChannel(held);
            vm.expectRevert(_refusal(i, 5));
            market.topUp(running, 5);
            vm.expectRevert(_refusal(i, 5));
            market.vaultDeposit(5);
            vm.expectRevert(_refusal(i, EDG / 10));
            market.advertise("x", "", uint40(block.timestamp + 1));
            vm.stopPrank();
        }
    }

    /// @notice A token that returns nothing is as good as one that returns true; one that returns false is not.
    function testReturnValues() public {
        bad.set(BadToken.Mood.RETURNS_NOTHING);
        (Agreement memory a, bytes32 id) = opened();
        market.claim(a, worth(id, EDG));
        bad.set(BadToken.Mood.RETURNS_FALSE);
        bytes memory refusal = _refusal(0, 0);
        bytes memory data = abi.encodeCall(market.claim, (a, worth(id, 2 * EDG)));
        (bool done, bytes memory answer) = address(market).call(data);
        yes(!done && keccak256(answer) == keccak256(refusal), "claim");
        vm.prank(SELLER);
        vm.expectRevert(refusal);
        market.release(a);
        statusIs(id, Status.OPEN);
        bad.set(BadToken.Mood.GOOD);
        vm.prank(SELLER);
        market.release(a);
        statusIs(id, Status.CLOSED);
    }

    /// @notice A token that calls back while it moves finds the door shut, whichever way the tokens go.
    function testATokenThatReentersReachesNothing() public {
        (Agreement memory a, bytes32 id) = opened();
        (Agreement memory b, bytes32 other) = opened();
        bytes[5] memory calls = [
            abi.encodeCall(market.claim, (b, worth(other, 50 * EDG))),
            abi.encodeCall(market.claim, (a, worth(id, 50 * EDG))),
            abi.encodeCall(market.finalize, (b)),
            abi.encodeCall(market.vaultWithdraw, (1)),
            abi.encodeCall(market.advertise, ("x", "", uint40(block.timestamp + 1)))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            bad.set(BadToken.Mood.GOOD);
            uint256 before = vm.snapshotState();
            bad.setCall(address(market), calls[i]);
            bad.set(BadToken.Mood.REENTERS);
            market.claim(a, worth(id, EDG));
            _shut();
            vm.prank(BUYER);
            market.vaultDeposit(3);
            _shut();
            vm.prank(BUYER);
            market.vaultWithdraw(3);
            _shut();
            vm.prank(SELLER);
            market.release(a);
            _shut();
            eq(bad.balanceOf(address(market)), 101 * EDG + market.feePot(), "what is left");
            vm.revertToState(before);
        }
    }

    /// @notice Nothing that moves or decides can be called while tokens move, whatever its arguments are.
    function testEveryDoorIsShutWhileTokensMove() public {
        bytes[] memory calls = new bytes[](22);
        Agreement memory a = terms();
        VoucherClaim memory voucher;
        Settlement memory settlement;
        Signature memory s;
        Permit memory permit;
        calls[0] = abi.encodeCall(market.advertise, ("x", "", 0));
        calls[1] = abi.encodeCall(market.recordOffer, ("x"));
        calls[2] = abi.encodeCall(market.acceptOffer, (a));
        calls[3] = abi.encodeCall(market.depositFee, (a));
        calls[4] = abi.encodeCall(market.fundChannel, (a));
        calls[5] = abi.encodeCall(market.terminate, (a, 1, "x"));
        calls[6] = abi.encodeCall(market.reclaimFee, (a));
        calls[7] = abi.encodeCall(market.cancel, (a));
        calls[8] = abi.encodeCall(market.open, (a, s));
        calls[9] = abi.encodeCall(market.openWithPermit, (a, s, permit));
        calls[10] = abi.encodeCall(market.openFor, (a, "", ""));
        calls[11] = abi.encodeCall(market.settle, (a, settlement, s));
        calls[12] = abi.encodeCall(market.settleFor, (a, settlement, "", ""));
        calls[13] = abi.encodeCall(market.topUp, (a, 1));
        calls[14] = abi.encodeCall(market.claim, (a, voucher));
        calls[15] = abi.encodeCall(market.requestClose, (a));
        calls[16] = abi.encodeCall(market.release, (a));
        calls[17] = abi.encodeCall(market.releaseWithVoucher, (a, voucher));
        calls[18] = abi.encodeCall(market.finalize, (a));
        calls[19] = abi.encodeCall(market.vaultDeposit, (1));
        calls[20] = abi.encodeCall(market.vaultWithdraw, (1));
        calls[21] = abi.encodeCall(market.collectFees, (SELLER, 0));
        bad.set(BadToken.Mood.REENTERS);
        for (uint256 i = 0; i < calls.length; ++i) {
            bad.setCall(address(market), calls[i]);
            vm.prank(BUYER);
            market.vaultDeposit(3);
            _shut();
        }
    }

    function _shut() private view {
        yes(!bad.entered(), "entered");
        eq(
            keccak256(bad.answer()),
            keccak256(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)),
            "answer"
        );
    }

    /// @notice There is a limit to vaults that EDG never reaches; a token without one cannot make two words of one.
    function testAVaultHasALimit() public {
        require(bad.transfer(BUYER, uint256(type(uint128).max) + 1));
        vm.startPrank(BUYER);
        market.vaultDeposit(type(uint128).max);
        vm.expectRevert(
            abi.encodeWithSelector(IEdgeBeatMarket.VaultTooLarge.selector, uint256(type(uint128).max) + 1)
        );
        market.vaultDeposit(1);
        eq(market.vaultOf(BUYER), type(uint128).max, "vault");
        eq(market.feesOf(BUYER), 0, "fees");
        market.vaultWithdraw(type(uint128).max);
        vm.stopPrank();
    }

    // --------------------------------------------------------------------------------------------------------- EDG

    function testEdg() public {
        eq(keccak256(bytes(token.name())), keccak256("EdgeBeat"), "name");
        eq(keccak256(bytes(token.symbol())), keccak256("EDG"), "symbol");
        eq(token.decimals(), 18, "decimals");
        eq(token.totalSupply(), 1_000_000_000 * uint256(EDG), "supply");
        EdgToken most = newToken(address(this), type(uint96).max);
        eq(most.balanceOf(address(this)), type(uint96).max, "the most");
        (bool done, bytes memory answer) =
            address(this).call(abi.encodeCall(this.makeToken, (uint256(type(uint96).max) + 1)));
        yes(!done, "too many tokens were made");
        eq(
            keccak256(answer),
            keccak256(
                abi.encodeWithSelector(EdgToken.SupplyTooLarge.selector, uint256(type(uint96).max) + 1)
            ),
            "refusal"
        );
    }

    function makeToken(uint256 supply) external returns (EdgToken) {
        return newToken(address(this), supply);
    }
}
