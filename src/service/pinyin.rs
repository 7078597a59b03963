//! Initials of the pinyin of names, by which people search who have no patience to write them out.

use pinyin::ToPinyin;

/// Names that are read otherwise than their characters are for the most part: places, as people there say them.
const READ_OTHERWISE: [(&str, &str); 22] = [
    ("重庆", "cq"),
    ("厦门", "xm"),
    ("西藏", "xz"),
    ("番禺", "py"),
    ("长子县", "zzx"),
    ("单县", "sx"),
    ("东阿", "de"),
    ("浚县", "xx"),
    ("泌阳", "by"),
    ("乐清", "yq"),
    ("乐亭", "lt"),
    ("尉犁", "yl"),
    ("大埔", "db"),
    ("涡阳", "gy"),
    ("铅山", "ys"),
    ("蔚县", "yx"),
    ("枞阳", "zy"),
    ("洪洞", "ht"),
    ("曾都", "zd"),
    ("黄陂", "hp"),
    ("会稽", "kj"),
    ("什邡", "sf"),
];

/// `zbs` for 淄博市; Latin letters and digits as they are, in lower case. Other characters have none.
pub fn initials(name: &str) -> String {
    let mut initials = String::new();
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        let known = READ_OTHERWISE.iter().find(|(place, _)| rest.starts_with(place));
        if let Some((place, letters)) = known {
            initials.push_str(letters);
            rest = rest.strip_prefix(place).unwrap_or_default();
            continue;
        }
        match c {
            // In names it is long far more often than grown.
            '长' => initials.push('c'),
            c if c.is_ascii_alphanumeric() => initials.push(c.to_ascii_lowercase()),
            c => initials.push_str(c.to_pinyin().map_or("", |pinyin| pinyin.first_letter())),
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    initials.retain(|c| c.is_ascii_alphanumeric());
    initials
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_gives_its_first_letter() {
        assert_eq!(initials("淄博市"), "zbs");
        assert_eq!(initials("山东省张店区"), "sdszdq");
        assert_eq!(initials("ABB（中国）2厂"), "abbzg2c");
        assert_eq!(initials("（）！"), "");
    }

    #[test]
    fn places_are_read_as_people_there_say_them() {
        for (name, letters) in [
            ("重庆市", "cqs"),
            ("西藏自治区", "xzzzq"),
            ("长春市", "ccs"),
            ("长子县", "zzx"),
            ("新重型", "xzx"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }
}
