// The words of the page for pictures and files in Chinese.

export const storage = {
  'Folders': '目录',
  'lost, being copied': '已丢失，正在复制',
  'there': '正常',
  'Copies': '副本',
  'MiB': 'MiB',
  'No node has a media.folder.': '没有节点设置 media.folder。',
  'User': '用户',
  'several at one address': '同一地址的多个用户',
  'Kind': '类型',
  'Count': '数量',
  'Largest': '最大的',
  'Until': '有效期至',
  'By user': '按用户',
  'picture': '图片',
  'file': '文件',
  'part of a file': '文件分段',
  'SHA-256': 'SHA-256',
  'Storage': '存储',
  'It has {size} MiB. Messages that show it will say that it cannot be loaded.': '大小为 {size} MiB。显示它的消息将提示无法加载。',
  'Delete it for ever?': '永久删除吗？',
};
