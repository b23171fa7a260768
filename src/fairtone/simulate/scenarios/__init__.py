"""Everything that the simulator can play. To add a scenario, write its class and name it here."""

from typing import Final

from fairtone.simulate.scenario import Scenario
from fairtone.simulate.scenarios import (
    campaigns,
    disguise,
    floods,
    fraud,
    honest_calls,
    honest_lives,
    honest_signalling,
    intrusion,
    pumping,
)

SCENARIOS: Final[dict[str, Scenario]] = {
    scenario.name: scenario
    for scenario in (
        fraud.SpendFraud(),
        fraud.NewDestinations(),
        fraud.NightFraud(),
        fraud.Wangiri(),
        pumping.TrafficPumping(),
        pumping.InflatedLength(),
        campaigns.ShortCallBlast(),
        campaigns.Robocall(),
        campaigns.SequentialDialling(),
        campaigns.RandomDialling(),
        campaigns.OutsideHours(),
        campaigns.UnwantedCalls(),
        floods.Tdos(),
        floods.InviteFlood(),
        floods.RegisterFlood(),
        floods.OptionsFlood(),
        intrusion.Enumeration(),
        intrusion.RegisterGuessing(),
        intrusion.DistributedGuessing(),
        intrusion.DialPrefixGuessing(),
        intrusion.ScannerAgent(),
        intrusion.CredentialSharing(),
        intrusion.ImpossibleTravel(),
        pumping.ProlongedUse(),
        pumping.ExcessConcurrency(),
        pumping.MinutesBeyondPlan(),
        disguise.Splitting(),
        disguise.ImpossibleCaller(),
        disguise.NeighbourSpoofing(),
        disguise.Unencrypted(),
        honest_lives.CallCentre(),
        honest_calls.SchoolAlert(),
        honest_calls.PharmacyReminder(),
        honest_lives.Hospital(),
        honest_signalling.OfficeOutage(),
        honest_signalling.Traveller(),
        honest_calls.TvVote(),
        honest_calls.NewCustomer(),
        honest_calls.MonthEnd(),
        honest_signalling.BrokenPhone(),
        honest_lives.Trader(),
        honest_lives.NightShift(),
        honest_lives.FamilyAbroad(),
        honest_lives.Conference(),
    )
}
"""All scenarios by name: first the kinds of abuse, then the look-alikes."""

__all__ = ["SCENARIOS"]
