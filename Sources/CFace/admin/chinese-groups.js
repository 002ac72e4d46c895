// The words of the page for handing a group over in Chinese.

export const groups = {
  'Hand over': '移交',
  'Hand over to {name}?': '移交给 {name}？',
  'Who leads the group may change its members.': '群主可以更改成员。',
  'Handed over.': '已移交。',
};
