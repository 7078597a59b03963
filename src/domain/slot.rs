//! Rooms and slots (考场、场次): where and when supervision wants an exam to be sat, for how many, behind which password
//! and from which addresses.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    exam::{Round, Window},
    id::{ExamId, PersonId, SlotId},
    lang::Lang,
    time::Timestamp,
};

/// The most slots of an exam.
pub const MOST_SLOTS: usize = 500;
/// The most seats of a slot.
pub const MOST_SEATS: u32 = 5_000;
/// A shorter password could be guessed in the time of an exam.
pub const SHORTEST_PASSWORD: usize = 6;
const LONGEST_PASSWORD: usize = 40;
const LONGEST_ROOM: usize = 60;
const MOST_RANGES: usize = 20;

/// Network addresses from one to another, both of one family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange {
    first: IpAddr,
    last: IpAddr,
}

impl AddressRange {
    pub fn contains(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && (self.first..=self.last).contains(&address)
    }

    /// The range of the addresses that share the first `bits` with this one.
    fn network(address: IpAddr, bits: u32) -> Option<Self> {
        let (first, last) = match address {
            IpAddr::V4(address) => {
                let rest = u32::MAX.checked_shr(bits).unwrap_or(0);
                let first = u32::from(address) & !rest;
                (bits <= 32).then(|| (IpAddr::from(first.to_be_bytes()), (first | rest).to_be_bytes().into()))?
            }
            IpAddr::V6(address) => {
                let rest = u128::MAX.checked_shr(bits).unwrap_or(0);
                let first = u128::from(address) & !rest;
                (bits <= 128).then(|| (IpAddr::from(first.to_be_bytes()), (first | rest).to_be_bytes().into()))?
            }
        };
        Some(Self { first, last })
    }
}

/// What is no range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRange;

/// `10.1.2.3`, `10.1.2.0/24`, `10.1.2.10-10.1.2.40`; IPv6 alike.
impl FromStr for AddressRange {
    type Err = NoRange;

    fn from_str(text: &str) -> Result<Self, NoRange> {
        let address = |text: &str| {
            text.trim()
                .parse::<IpAddr>()
                .map(|it| it.to_canonical())
                .map_err(|_| NoRange)
        };
        if let Some((network, bits)) = text.split_once('/') {
            let bits = bits.trim().parse().map_err(|_| NoRange)?;
            return Self::network(address(network)?, bits).ok_or(NoRange);
        }
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (address(first)?, address(last)?);
        let sound = first.is_ipv4() == last.is_ipv4() && first <= last;
        sound.then_some(Self { first, last }).ok_or(NoRange)
    }
}

/// The parts of a list of addresses: separated by blanks, commas or line breaks.
pub fn parts(addresses: &str) -> impl Iterator<Item = &str> {
    addresses
        .split(|c: char| c.is_whitespace() || [',', '，', '、', ';', '；'].contains(&c))
        .filter(|part| !part.is_empty())
}

/// A room at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slot {
    pub id: SlotId,
    pub exam: ExamId,
    /// The number of the round it belongs to.
    pub round: u32,
    pub room: String,
    pub window: Window,
    pub capacity: u32,
    /// Read out in the room; empty: none.
    #[serde(skip)]
    pub password: String,
    /// As typed; empty: from anywhere.
    pub addresses: String,
}

/// What is wrong with a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotFault {
    Room,
    /// It does not lie within one round, or has begun.
    Window,
    Capacity,
    Password,
    Addresses,
    TooMany,
}

impl SlotFault {
    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::Room => lang.pick("考场名称要有 1 到 60 字。", "The room needs a name of 1 to 60 characters."),
            Self::Window => lang.pick(
                "场次要整个落在主考或某次补考的时间里，并且还没有开始。",
                "A slot has to lie within the main or a make-up round, and must not have begun.",
            ),
            Self::Capacity => lang.pick("容量要在 1 到 5000 之间。", "The capacity has to be 1 to 5000."),
            Self::Password => lang.pick(
                "口令可以不设；要设就要 6 到 40 个字符，不含空格。",
                "A password may be left empty; otherwise it has 6 to 40 characters without blanks.",
            ),
            Self::Addresses => lang.pick(
                "地址范围看不懂。写法：10.1.2.0/24，10.1.2.10-10.1.2.40，或单个地址，最多 20 段。",
                "The addresses cannot be read. Write 10.1.2.0/24, 10.1.2.10-10.1.2.40 or single ones, at most 20 parts.",
            ),
            Self::TooMany => lang.pick("一场考试最多 500 个场次。", "An exam has at most 500 slots."),
        }
    }
}

/// The round of a new slot.
///
/// # Errors
/// Everything that is wrong with it.
pub fn check(slot: &Slot, rounds: &[Round], slots: usize, now: Timestamp) -> Result<u32, Vec<SlotFault>> {
    let Window { opens_at, closes_at } = slot.window;
    let round = rounds
        .iter()
        .find(|round| round.window.opens_at <= opens_at && closes_at <= round.window.closes_at);
    let round = round.filter(|_| now < opens_at && opens_at < closes_at);
    let plain = |text: &str| !text.chars().any(char::is_control);
    let password = slot.password.chars().count();
    let ranges: Vec<_> = parts(&slot.addresses).map(AddressRange::from_str).collect();
    let faults = [
        (
            SlotFault::Room,
            (1..=LONGEST_ROOM).contains(&slot.room.chars().count()) && plain(&slot.room),
        ),
        (SlotFault::Window, round.is_some()),
        (SlotFault::Capacity, (1..=MOST_SEATS).contains(&slot.capacity)),
        (
            SlotFault::Password,
            password == 0
                || (SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&password)
                    && plain(&slot.password)
                    && !slot.password.contains(char::is_whitespace),
        ),
        (
            SlotFault::Addresses,
            ranges.len() <= MOST_RANGES && ranges.iter().all(Result::is_ok),
        ),
        (SlotFault::TooMany, slots < MOST_SLOTS),
    ];
    let faults: Vec<_> = faults
        .into_iter()
        .filter_map(|(fault, sound)| (!sound).then_some(fault))
        .collect();
    match round {
        Some(round) if faults.is_empty() => Ok(round.number),
        _ => Err(faults),
    }
}

/// Why somebody cannot begin, or read the paper, here and now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoEntry {
    /// The round is sat in rooms, and the person has no seat in one.
    NoSeat,
    /// The slot of the person begins then.
    NotYet(Timestamp),
    /// The slot of the person is over since then.
    Over(Timestamp),
    /// The computer is not one of the room.
    Address,
    Password,
}

impl NoEntry {
    pub fn message(self, lang: Lang) -> String {
        match (self, lang) {
            (Self::NoSeat, Lang::Zh) => {
                "这一轮分考场进行，您还没有场次。请先选一个场次，或联系本单位联络员。".to_owned()
            }
            (Self::NoSeat, Lang::En) => {
                "This round is sat in rooms and you have no seat. Choose a slot, or ask your liaison.".to_owned()
            }
            (Self::NotYet(at), Lang::Zh) => format!("您的场次 {} 开始，现在还不能进入。", at.local()),
            (Self::NotYet(at), Lang::En) => format!("Your slot begins at {}; you cannot enter yet.", at.local()),
            (Self::Over(at), Lang::Zh) => format!("您的场次已于 {} 结束。请联系监考人员。", at.local()),
            (Self::Over(at), Lang::En) => format!("Your slot ended at {}. Ask the invigilator.", at.local()),
            (Self::Address, Lang::Zh) => {
                "这台电脑不在考场的地址范围里。请在考场的电脑上打开，或联系监考人员。".to_owned()
            }
            (Self::Address, Lang::En) => {
                "This computer is not one of the room. Use one of the room, or ask the invigilator.".to_owned()
            }
            (Self::Password, Lang::Zh) => "考场口令不对。口令由监考人员在考场公布。".to_owned(),
            (Self::Password, Lang::En) => "The password of the room is wrong. The invigilator reads it out.".to_owned(),
        }
    }
}

impl Slot {
    /// Whether the addresses of the room hold this one; what is no address is held by a room without addresses only.
    pub fn admits(&self, address: &str) -> bool {
        let address = address.trim().parse::<IpAddr>();
        let mut ranges = parts(&self.addresses).peekable();
        ranges.peek().is_none()
            || ranges
                .filter_map(|part| part.parse::<AddressRange>().ok())
                .any(|range| address.as_ref().is_ok_and(|address| range.contains(*address)))
    }

    /// Whether an attempt may be begun in this slot.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn may_enter(&self, now: Timestamp, address: &str, password: &str) -> Result<(), NoEntry> {
        if now < self.window.opens_at {
            Err(NoEntry::NotYet(self.window.opens_at))
        } else if now >= self.window.closes_at {
            Err(NoEntry::Over(self.window.closes_at))
        } else if !self.admits(address) {
            Err(NoEntry::Address)
        } else if !self.password.is_empty() && self.password != password.trim() {
            Err(NoEntry::Password)
        } else {
            Ok(())
        }
    }

    /// `第一考场 · 2026-12-01 09:00–10:00` for lists.
    pub fn name(&self) -> String {
        let minute = |at: Timestamp| at.local_field().replace('T', " ");
        let (from, to) = (minute(self.window.opens_at), minute(self.window.closes_at));
        let same_day = from.split(' ').next() == to.split(' ').next();
        let to = if same_day {
            to.split(' ').nth(1).unwrap_or_default()
        } else {
            &to
        };
        format!("{} · {from}–{to}", self.room)
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// Gives persons seats in the order they come, slot by slot as they begin, so that those of one unit stay together. Who
/// finds no seat is left out.
pub fn fill(persons: &[PersonId], free: &[(SlotId, u32)]) -> Vec<(PersonId, SlotId)> {
    let seats = free
        .iter()
        .flat_map(|(slot, free)| std::iter::repeat_n(*slot, *free as usize));
    persons.iter().copied().zip(seats).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::exam::{Admits, RoundKind},
        *,
    };

    fn round(number: u32, opens: i64, closes: i64) -> Round {
        Round {
            number,
            kind: RoundKind::Main,
            admits: Admits::All,
            window: window(opens, closes),
            attempts: 1,
            released_at: None,
        }
    }

    fn window(opens: i64, closes: i64) -> Window {
        Window {
            opens_at: Timestamp(opens),
            closes_at: Timestamp(closes),
        }
    }

    fn slot() -> Slot {
        Slot {
            id: SlotId(1),
            exam: ExamId(1),
            round: 1,
            room: "第一考场".to_owned(),
            window: window(110, 120),
            capacity: 30,
            password: "kaochang1".to_owned(),
            addresses: "10.1.2.0/24, 10.9.0.5-10.9.0.9\n2001:db8::/32".to_owned(),
        }
    }

    #[test]
    fn ranges_hold_what_lies_between_and_nothing_else() {
        let one = |text: &str| text.parse::<AddressRange>();
        let holds = |range: &str, address: &str| one(range).expect("a range").contains(address.parse().expect("one"));
        assert!(holds("10.1.2.0/24", "10.1.2.255") && !holds("10.1.2.0/24", "10.1.3.0"));
        assert!(holds("10.1.2.77/24", "10.1.2.0"), "the network of an address in it");
        assert!(holds("10.1.2.3", "10.1.2.3") && !holds("10.1.2.3", "10.1.2.4"));
        assert!(
            holds("10.1.2.3", "::ffff:10.1.2.3"),
            "the same address in the other family"
        );
        assert!(holds("10.1.2.9-10.1.3.1", "10.1.2.200") && !holds("10.1.2.9-10.1.3.1", "10.1.2.8"));
        assert!(holds("0.0.0.0/0", "255.255.255.255") && !holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1") && !holds("2001:db8::/32", "2001:db9::1"));
        for wrong in [
            "",
            "10.1.2",
            "10.1.2.0/33",
            "10.1.2.9-10.1.2.3",
            "10.1.2.3-2001:db8::1",
            "::/129",
            "a-b",
        ] {
            assert_eq!(one(wrong), Err(NoRange), "{wrong}");
        }
    }

    #[test]
    fn a_slot_lies_within_one_round_and_every_fault_is_named() {
        let rounds = [round(1, 100, 200), round(2, 300, 400)];
        let now = Timestamp(50);
        assert_eq!(check(&slot(), &rounds, 0, now), Ok(1));
        let second = Slot {
            window: window(300, 400),
            ..slot()
        };
        assert_eq!(check(&second, &rounds, 0, now), Ok(2));
        for (opens, closes) in [(99, 120), (190, 201), (190, 310), (120, 120), (120, 110)] {
            let slot = Slot {
                window: window(opens, closes),
                ..slot()
            };
            assert_eq!(
                check(&slot, &rounds, 0, now),
                Err(vec![SlotFault::Window]),
                "{opens} {closes}"
            );
        }
        assert_eq!(
            check(&slot(), &rounds, 0, Timestamp(110)),
            Err(vec![SlotFault::Window]),
            "begun"
        );
        let all = Slot {
            room: String::new(),
            capacity: 0,
            password: "short".to_owned(),
            addresses: "here".to_owned(),
            ..slot()
        };
        use SlotFault as F;
        let faults = vec![F::Room, F::Capacity, F::Password, F::Addresses, F::TooMany];
        assert_eq!(check(&all, &rounds, MOST_SLOTS, now), Err(faults));
    }

    #[test]
    fn entry_is_refused_for_the_first_reason_that_holds() {
        let slot = slot();
        let enter = |now, address, password| slot.may_enter(Timestamp(now), address, password);
        assert_eq!(enter(109, "", ""), Err(NoEntry::NotYet(Timestamp(110))));
        assert_eq!(enter(120, "10.1.2.3", "kaochang1"), Err(NoEntry::Over(Timestamp(120))));
        assert_eq!(enter(110, "10.1.3.3", "kaochang1"), Err(NoEntry::Address));
        assert_eq!(enter(110, "no address", "kaochang1"), Err(NoEntry::Address));
        assert_eq!(enter(110, "10.1.2.3", "kaochang2"), Err(NoEntry::Password));
        assert_eq!(enter(110, "10.9.0.7", " kaochang1 "), Ok(()));
        let open = Slot {
            password: String::new(),
            addresses: " ".to_owned(),
            ..slot.clone()
        };
        assert_eq!(open.may_enter(Timestamp(119), "", ""), Ok(()));
    }

    #[test]
    fn seats_are_filled_in_order_and_no_slot_beyond_its_seats() {
        let persons: Vec<_> = (1..=5).map(PersonId).collect();
        let filled = fill(&persons, &[(SlotId(7), 2), (SlotId(8), 0), (SlotId(9), 2)]);
        let seats: Vec<_> = filled.iter().map(|(person, slot)| (person.0, slot.0)).collect();
        assert_eq!(seats, [(1, 7), (2, 7), (3, 9), (4, 9)]);
    }
}
