// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {EdgeBeatCore} from "../../src/EdgeBeatCore.sol";
import {EdgeBeatMarket} from "../../src/EdgeBeatMarket.sol";
import {Agreement, Parameters, Status, VoucherClaim} from "../../src/interfaces/MarketTypes.sol";
import {TestBase} from "../support/TestBase.sol";

/// @title What the market must hold, by a model of its own
/// @notice Six agreements at a time, of two buyers and two sellers. The model keeps every balance itself, so whatever moves
/// unasked is noticed at the next look; a difference is written to `broken`. Nothing here reverts: forge would take that
/// for a mistake of the handler. Each look costs the same, however long the sequence is.
abstract contract Model is TestBase {
    uint256 internal constant SEATS = 6;
    /// @dev So many channels hold tokens at all times: with one alone, nothing could be taken from another.
    uint256 public constant MIN_CHANNELS = 2;
    /// @dev I14. Every way out fits into any block.
    uint256 internal constant MAX_GAS = 600_000;
    address internal constant TOWER = address(0x70);
    address internal constant PATRON = address(0x9A);

    struct Seat {
        Agreement a;
        bytes32 id;
        Status status;
        uint40 closeAt;
        uint256 claimed;
        uint256 topUps;
        bool good; // has none of the faults that stay
        bool recorded;
        bool strangerRecorded;
        uint256 revealed; // the largest value the voucher key has signed for
        uint256 toSeller; // what the seller has really got
        uint256 settlement; // the largest sum both have agreed to
        uint256 sequence;
        VoucherClaim last;
        VoucherClaim best;
        bytes32[2] statements;
    }

    /// @dev What the model expects of one call.
    struct Expected {
        bool ok;
        Status status;
        uint40 closeAt;
        uint256 claimed;
        uint256 topUps;
        int256 wallet; // of the buyer
        int256 vault; // of the buyer
        int256 seller;
        int256 fees;
        int256 sender; // when it is no party
    }

    IERC20 internal immutable token;
    EdgeBeatCore internal immutable core;
    EdgeBeatMarket internal immutable market;

    Seat[SEATS] internal seats;
    Agreement[SEATS] internal oldAgreements;
    bytes32[SEATS] internal oldIds;
    string public broken;
    mapping(address who => uint256) internal wallets;
    mapping(address owner => uint256) internal vaults;
    uint256 public heldSum;
    uint256 public vaultSum;
    uint256 public feeSum;
    uint256 public donated;
    /// @notice How many funded channels hold tokens.
    uint256 public channels;
    uint256 public time;
    bool internal paused;
    Parameters internal parameters;

    // How often something has happened, so that a run that does nothing is noticed.
    uint256 public calls;
    uint256 public withheld;
    uint256 public exits;
    mapping(bytes32 name => uint256) public done;
    mapping(bytes32 name => uint256) public refused;

    /// @dev Kept, because an address costs a multiplication on the curve each time.
    address[2] internal buyers = [vm.addr(0xB000), vm.addr(0xB001)];
    address[2] internal sellers = [vm.addr(0x5000), vm.addr(0x5001)];

    constructor(IERC20 token_, EdgeBeatCore core_, EdgeBeatMarket market_, Parameters memory parameters_) {
        (token, core, market, parameters) = (token_, core_, market_, parameters_);
        time = block.timestamp;
    }

    // -------------------------------------------------------------------------------------------------- the token

    /// @dev What an account really holds.
    function truth(address who) internal view virtual returns (uint256) {
        return token.balanceOf(who);
    }

    /// @dev Whether tokens that are to come now come as they should.
    function comes() internal view virtual returns (bool) {
        return true;
    }

    /// @dev Whether tokens that are to go now go.
    function goes() internal view virtual returns (bool) {
        return true;
    }

    /// @dev What the token takes of what it delivers.
    function toll() internal view virtual returns (uint256) {
        return 0;
    }

    /// @dev Whether the token calls the market back while it moves.
    function callsBack() internal view virtual returns (bool) {
        return false;
    }

    /// @dev Looked at after each call.
    function lookAtToken() internal virtual {}

    // ------------------------------------------------------------------------------------------------------ checks

    function fail(string memory what) internal {
        if (bytes(broken).length == 0) {
            broken = what;
        }
    }

    function funded(Status status) internal pure returns (bool) {
        return status == Status.OPEN || status == Status.CLOSING;
    }

    function funded(Seat storage s) internal view returns (bool) {
        return funded(s.status);
    }

    function held(Seat storage s, Status status, uint256 topUps, uint256 claimed) private view returns (uint256) {
        if (status == Status.FEE_HELD) {
            return s.a.fee;
        }
        return funded(status) ? s.a.deposit + topUps + s.a.fee - claimed : 0;
    }

    function stay(Seat storage s, Expected memory e) internal view {
        e.status = s.status;
        e.closeAt = s.closeAt;
        e.claimed = s.claimed;
        e.topUps = s.topUps;
        (e.wallet, e.vault, e.seller, e.fees, e.sender) = (0, 0, 0, 0, 0);
    }

    function expectNothing(Seat storage s) internal view returns (Expected memory e) {
        stay(s, e);
    }

    /// @dev Sends one call and holds what it does against what was expected.
    /// @return whether it was sent, and done as it should
    function act(Seat storage s, bytes32 name, address sender, bytes memory data, Expected memory e)
        internal
        returns (bool)
    {
        if (e.ok && (e.wallet < 0 || e.sender < 0) && !comes()) e.ok = false;
        if (e.ok && (e.wallet > 0 || e.seller > 0) && !goes()) e.ok = false;
        if (!e.ok) stay(s, e);
        uint256 heldBefore = held(s, s.status, s.topUps, s.claimed);
        uint256 heldAfter = held(s, e.status, e.topUps, e.claimed);
        uint256 left = channels;
        if (funded(s.status) && heldBefore != 0) --left;
        if (funded(e.status) && heldAfter != 0) ++left;
        if (left < MIN_CHANNELS && left < channels) {
            ++withheld;
            return false;
        }
        ++calls;
        vm.prank(sender);
        uint256 gasBefore = gasleft();
        (bool ok,) = address(market).call(data);
        if (gasBefore - gasleft() > MAX_GAS) fail("I14: gas");
        if (ok) ++done[name];
        else ++refused[name];
        if (ok != e.ok) {
            fail(
                string.concat(
                    ok ? "done, but not legal: " : "legal, but refused: ", string(abi.encodePacked(name))
                )
            );
        }
        (channels, heldSum) = (left, heldSum + heldAfter - heldBefore);
        book(s, sender, e);
        check(s, sender);
        return ok && e.ok;
    }

    function book(Seat storage s, address sender, Expected memory e) private {
        if (e.status != s.status) s.status = e.status;
        if (e.closeAt != s.closeAt) s.closeAt = e.closeAt;
        if (e.claimed != s.claimed) s.claimed = e.claimed;
        if (e.topUps != s.topUps) s.topUps = e.topUps;
        move(s.a.buyer, e.wallet);
        move(s.a.seller, e.seller);
        move(sender, e.sender);
        if (e.vault != 0) {
            vaults[s.a.buyer] = uint256(int256(vaults[s.a.buyer]) + e.vault);
            vaultSum = uint256(int256(vaultSum) + e.vault);
        }
        if (e.fees != 0) feeSum = uint256(int256(feeSum) + e.fees);
    }

    function move(address who, int256 by) internal {
        if (by > 0) by -= int256(toll());
        if (by != 0) wallets[who] = uint256(int256(wallets[who]) + by);
    }

    function check(Seat storage s, address sender) private {
        (Status status, uint40 closeAt, uint96 claimed, uint96 topUps) = market.agreementOf(s.id);
        if (status != shown(s)) fail("I5: another state than the table's");
        if (s.status >= Status.OPEN && s.status != Status.LAPSED) {
            if (closeAt != s.closeAt) fail("I7: the deadline");
            if (claimed != s.claimed) fail("I3: claimed");
            if (topUps != s.topUps) fail("I2: topUps");
        }
        if (truth(s.a.buyer) != wallets[s.a.buyer]) fail("I2: the buyer's wallet");
        if (truth(s.a.seller) != wallets[s.a.seller]) fail("I2: the seller");
        if (market.vaultOf(s.a.buyer) != vaults[s.a.buyer]) fail("I2: the buyer's vault");
        if (sender != s.a.buyer && sender != s.a.seller && truth(sender) != wallets[sender]) {
            fail("I6: somebody else");
        }
        checkSums();
    }

    function checkSums() internal {
        if (market.feePot() + market.feesOf(buyers[0]) + market.feesOf(buyers[1]) != feeSum) fail("I9: the fee");
        if (truth(address(market)) != owed()) fail("I1: what the market holds is not what it owes");
        lookAtToken();
    }

    /// @notice What the market owes in all.
    function owed() public view returns (uint256) {
        return heldSum + vaultSum + feeSum + donated;
    }

    function shown(Seat storage s) private view returns (Status) {
        return s.status == Status.NONE && (s.recorded || s.strangerRecorded)
            ? Status.OFFER_RECORDED
            : s.status;
    }

    function closing(Seat storage s, Expected memory e, uint256 paid) internal view {
        uint256 due = paid < s.a.fee ? paid : s.a.fee;
        e.status = Status.CLOSED;
        e.seller = int256(paid - s.claimed);
        e.fees = int256(due);
        refunding(s, e, s.a.deposit + s.topUps - paid + s.a.fee - due);
        e.claimed = paid;
    }

    /// @dev Once an agreement has closed, what has moved is held against what was signed.
    function closed(Seat storage s, Expected memory e) internal {
        s.toSeller += uint256(e.seller);
        uint256 fees = uint256(e.fees);
        if (s.toSeller + uint256(e.wallet + e.vault) + fees != s.a.deposit + s.topUps + s.a.fee) {
            fail("I2: the sum");
        }
        if (s.toSeller > s.revealed && s.toSeller > s.settlement) fail("I4: more than was signed");
        if (fees > s.toSeller || fees > s.a.fee) fail("I9: more fee than paid or escrowed");
    }

    function canPay(Seat storage s, uint256 amount) internal view returns (bool) {
        return (s.a.fromVault ? vaults[s.a.buyer] : wallets[s.a.buyer]) >= amount;
    }

    function paying(Seat storage s, Expected memory e, uint256 amount) internal view {
        if (s.a.fromVault) e.vault = -int256(amount);
        else e.wallet = -int256(amount);
    }

    function refunding(Seat storage s, Expected memory e, uint256 amount) internal view {
        if (s.a.fromVault) e.vault = int256(amount);
        else e.wallet = int256(amount);
    }
}
