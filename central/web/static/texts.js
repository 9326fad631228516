// What the page says, in the reader's language.
const TEXTS = {
  en: {
    title: "Member card",
    spend: "Earn and spend",
    earn: "Earn only",
    hold: "Turn the brightness up and hold the phone towards the camera.",
    large: "Larger",
    close: "Close",
    next: "new code in {seconds} s",
    fixed: "This code earns points. It cannot spend them.",
    points: "points",
    asOf: "As of {time} ({age})",
    justNow: "Up to date",
    soon: "{points} points expire after {day}",
    until: "until {day}",
    ever: "no expiry",
    from: "usable from {day}",
    programme: "in all shops",
    company: "in the shops of company {where}",
    shop: "only in the shop {where}",
    owed: "After a refund {points} points are missing. They come off the balance.",
    none: "No points yet.",
    empty: "There is no card on this phone. Open the link that the shop gave you.",
    offer: "Your member card, on this phone",
    offerText: "It shows your code and your points, also without a network. No name is asked for.",
    accept: "Put the card here",
    replace: "Replace the card on this phone",
    working: "One moment …",
    offline: "No connection. The code works all the same.",
    slow: "This phone's clock is {span} slow. The code is corrected; better set the clock to automatic.",
    fast: "This phone's clock is {span} fast. The code is corrected; better set the clock to automatic.",
    used: "This link has been used already. It works once: ask the shop for a new one.",
    over: "This link is too old. Ask the shop for a new one.",
    unknown: "This link is not a valid one. Ask the shop for a new one.",
    many: "Too many attempts. Wait a minute and try again.",
    unreached: "No connection to the programme. Nothing was used up; try again.",
    failed: "The programme cannot answer just now. Nothing was used up; try again later.",
    ended: "This card is no longer valid on this phone. Ask the shop for a new link.",
    insecure: "This page needs a secure address (https). Tell the shop.",
    unkept: "This browser keeps nothing, so no card can be put here. Open the link in a normal window.",
    remove: "Remove the card from this phone",
    sure: "Really remove it?",
  },
  ja: {
    title: "会員証",
    spend: "ためる・使う",
    earn: "ためるだけ",
    hold: "画面を明るくして、カメラに向けてください。",
    large: "大きく表示",
    close: "閉じる",
    next: "あと{seconds}秒で更新",
    fixed: "このコードはポイントをためるだけです。使うことはできません。",
    points: "ポイント",
    asOf: "{time}現在（{age}）",
    justNow: "最新の残高です",
    soon: "{points}ポイントの有効期限は{day}です",
    until: "{day}まで",
    ever: "期限なし",
    from: "{day}から使えます",
    programme: "全店で使えます",
    company: "会社{where}の店で使えます",
    shop: "{where}の店だけで使えます",
    owed: "返品により{points}ポイント不足しています。残高から差し引かれます。",
    none: "まだポイントはありません。",
    empty: "このスマートフォンには会員証がありません。お店から受け取ったリンクを開いてください。",
    offer: "会員証をこのスマートフォンに",
    offerText: "コードとポイントを、通信がなくても表示します。お名前は伺いません。",
    accept: "会員証を入れる",
    replace: "今の会員証と入れ替える",
    working: "お待ちください…",
    offline: "通信できません。コードはそのまま使えます。",
    slow: "時計が{span}遅れています。コードは補正しました。時計の自動設定をお勧めします。",
    fast: "時計が{span}進んでいます。コードは補正しました。時計の自動設定をお勧めします。",
    used: "このリンクは使用済みです。一度だけ使えます。お店で新しいリンクを受け取ってください。",
    over: "このリンクは期限切れです。お店で新しいリンクを受け取ってください。",
    unknown: "このリンクは正しくありません。お店で新しいリンクを受け取ってください。",
    many: "回数が多すぎます。一分待ってから、もう一度お試しください。",
    unreached: "通信できません。リンクは未使用のままです。もう一度お試しください。",
    failed: "ただいま応答できません。リンクは未使用のままです。後でもう一度お試しください。",
    ended: "この会員証は、このスマートフォンでは無効になりました。お店で新しいリンクを受け取ってください。",
    insecure: "このページには安全な接続（https）が必要です。お店にお知らせください。",
    unkept: "このブラウザには保存できません。通常のウィンドウでリンクを開いてください。",
    remove: "会員証をこのスマートフォンから消す",
    sure: "本当に消しますか？",
  },
  ko: {
    title: "회원 카드",
    spend: "적립·사용",
    earn: "적립만",
    hold: "화면을 밝게 하고 카메라를 향해 보여 주세요.",
    large: "크게 보기",
    close: "닫기",
    next: "{seconds}초 후 새 코드",
    fixed: "이 코드는 적립만 됩니다. 포인트를 쓸 수는 없습니다.",
    points: "포인트",
    asOf: "{time} 기준 ({age})",
    justNow: "최신 잔액입니다",
    soon: "{points}포인트의 유효기간은 {day}까지입니다",
    until: "{day}까지",
    ever: "기한 없음",
    from: "{day}부터 사용",
    programme: "모든 매장에서 사용",
    company: "{where} 회사 매장에서 사용",
    shop: "{where} 매장에서만 사용",
    owed: "환불로 {points}포인트가 모자랍니다. 잔액에서 빠집니다.",
    none: "아직 포인트가 없습니다.",
    empty: "이 휴대전화에는 회원 카드가 없습니다. 매장에서 받은 링크를 열어 주세요.",
    offer: "회원 카드를 이 휴대전화에",
    offerText: "연결이 없어도 코드와 포인트를 보여 줍니다. 이름은 묻지 않습니다.",
    accept: "카드 넣기",
    replace: "지금 카드와 바꾸기",
    working: "잠시만 기다려 주세요…",
    offline: "연결이 없습니다. 코드는 그대로 쓸 수 있습니다.",
    slow: "휴대전화 시계가 {span} 느립니다. 코드는 보정했습니다. 시계를 자동으로 설정해 주세요.",
    fast: "휴대전화 시계가 {span} 빠릅니다. 코드는 보정했습니다. 시계를 자동으로 설정해 주세요.",
    used: "이미 사용한 링크입니다. 한 번만 쓸 수 있습니다. 매장에서 새 링크를 받아 주세요.",
    over: "기한이 지난 링크입니다. 매장에서 새 링크를 받아 주세요.",
    unknown: "올바르지 않은 링크입니다. 매장에서 새 링크를 받아 주세요.",
    many: "시도가 너무 많습니다. 일 분 뒤에 다시 해 주세요.",
    unreached: "연결이 없습니다. 링크는 그대로이니 다시 해 주세요.",
    failed: "지금은 응답할 수 없습니다. 링크는 그대로이니 나중에 다시 해 주세요.",
    ended: "이 카드는 이 휴대전화에서 더는 유효하지 않습니다. 매장에서 새 링크를 받아 주세요.",
    insecure: "이 페이지에는 안전한 주소(https)가 필요합니다. 매장에 알려 주세요.",
    unkept: "이 브라우저에는 저장할 수 없습니다. 일반 창에서 링크를 열어 주세요.",
    remove: "이 휴대전화에서 카드 지우기",
    sure: "정말 지울까요?",
  },
};

const wanted = navigator.languages ?? [navigator.language];
export const language = wanted.map((tag) => tag.slice(0, 2)).find((tag) => tag in TEXTS) ?? "en";
export const languages = Object.keys(TEXTS);
export const texts = TEXTS;

export const say = (key, places = {}) =>
  TEXTS[language][key].replace(/\{(\w+)\}/g, (_, name) => places[name]);

export const number = (value) => new Intl.NumberFormat(language).format(value);

export const day = (seconds, zone) =>
  new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: zone }).format(seconds * 1000);

export const moment = (seconds) =>
  new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(seconds * 1000);

const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]];
const measured = (seconds) => UNITS.find(([, size]) => seconds >= size) ?? UNITS.at(-1);

export function ago(seconds) {
  const [unit, size] = measured(seconds);
  return new Intl.RelativeTimeFormat(language).format(-Math.floor(seconds / size), unit);
}

export function span(seconds) {
  const about = Math.round(seconds / 10) * 10;
  const [unit, size] = measured(about);
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(Math.round(about / size));
}
