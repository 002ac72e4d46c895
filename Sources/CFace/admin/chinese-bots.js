// The words of the page for bots and webhooks in Chinese.

export const bots = {
  'bot_unknown': '没有这个机器人，或已停用。',
  'token_unknown': '机器人没有这个令牌，或已撤销。',
  'token_name_taken': '机器人有过同名令牌；已撤销的名称也不能再用。',
  'too_many_tokens': '机器人的令牌太多。',
  'webhook_unknown': '没有这个 webhook。',
  'webhook_name_taken': '已有同名 webhook。',
  'too_many_webhooks': 'webhook 已达上限。',

  // Bots
  'Bots': '机器人',
  'There are no bots yet.': '还没有机器人。',
  'A bot is a user that is a program: it writes and reads with a token, and has no password.':
    '机器人是由程序扮演的用户：用令牌收发消息，没有密码。',
  'New bot…': '新建机器人…',
  'New bot': '新建机器人',
  'Make bot': '创建机器人',
  'Bot “{name}” is made.': '机器人“{name}”已创建。',
  'The bot is disabled: nobody can speak for it. The page “Users” can enable it again.':
    '机器人已停用，谁也不能以它的名义收发。可在“用户”页面重新启用。',
  'Tokens': '令牌',
  'May': '权限',
  'all that a user may': '与用户相同',
  'writes to {group}': '只能写入 {group}',
  'Made': '创建时间',
  'Last used': '上次使用',
  'never': '从未',
  'revoked {time}': '{time} 撤销',
  'It has no token yet: nobody can speak for it.': '还没有令牌，谁也不能以它的名义收发。',
  'New token…': '新建令牌…',
  'New token': '新建令牌',
  'Make token': '创建令牌',
  'Token {name}': '令牌 {name}',
  'Programs show it with each request:': '程序在每个请求中出示它：',
  'Who has it may write and read as the bot.': '持有者能以机器人的名义收发消息。',
  'Group': '群组',
  'An address: who knows it may write to one group, in the name of the bot, and nothing else.':
    '一个地址：知道它的人能以机器人的名义写入一个群，别的什么也不能做。',
  'The bot must be a member of it.': '机器人必须是该群成员。',
  'There is no group “{name}”.': '没有群组“{name}”。',
  'Several groups are called “{name}”: write which by its number, as {example}.':
    '有几个群组叫“{name}”：请写编号，如 {example}。',
  'Whoever knows this address may write to the group:': '知道此地址的人可以写入该群：',
  'Rotate…': '更换…',
  'Rotate': '更换',
  'A new token in the place of “{name}”?': '用新令牌替换“{name}”？',
  'The old one is worthless within seconds.': '旧令牌几秒内失效。',
  'Revoke…': '撤销…',
  'Revoke': '撤销',
  'Revoke “{name}”?': '撤销“{name}”？',
  'It is worthless within seconds, and its name is not free again.': '几秒内失效，名称也不能再用。',
  '“{name}” is revoked.': '“{name}”已撤销。',
  'Remove bot…': '移除机器人…',
  'Its tokens end for good, and clients hide it. What it wrote stays.':
    '它的令牌永久失效，客户端不再显示它；它写过的内容保留。',

  // What is shown once
  'This is shown this once: keep it now.': '只显示这一次，请立即保存。',
  'Copy': '复制',
  'Copied.': '已复制。',
  'It is selected: copy it with the keyboard.': '已选中，请用键盘复制。',

  // Webhooks
  'No service is told of anything.': '没有要通知的服务。',
  'A service gets each event of its kinds, in order and signed, and again until it takes it.':
    '服务按顺序收到所选种类的每个事件，带签名；没有收下的会再次发送。',
  'Nobody sends them: start push-server with webhooks.serve = on.':
    '没有程序在发送：请用 webhooks.serve = on 启动 push-server。',
  'New webhook…': '新建 webhook…',
  'New webhook': '新建 webhook',
  'Make webhook': '创建 webhook',
  'Webhook {name}': 'Webhook {name}',
  'Is told of': '通知内容',
  'Messages': '消息',
  'Who is there': '谁在线',
  'Calls': '通话',
  'Trouble': '问题',
  'Small letters, digits, - and _.': '小写字母、数字、- 和 _。',
  'On the Internet, or what webhooks.allow of push-server names.': '在公网上，或由 push-server 的 webhooks.allow 列出。',
  'Choose what it is told of.': '请选择通知内容。',
  'The service knows by it that a request comes from here:': '服务凭它确认请求来自这里：',
  'Tell again…': '重新发送…',
  'Tell again': '重新发送',
  'Tell “{name}” again?': '重新发送给“{name}”？',
  'What was given up comes once more, before what waits; 10,000 events at most.':
    '已放弃的事件将在等待的事件之前再发一次，最多 10,000 个。',
  'Remove…': '移除…',
  'Remove webhook “{name}”?': '移除 webhook“{name}”？',
  'Its service is told of nothing any more, nor of the {count} events that wait or were given up.':
    '该服务不再收到任何通知，等待中和已放弃的 {count} 个事件也不再发送。',
};
