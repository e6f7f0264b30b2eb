// Every text of the page that is not data, in Chinese and English. A text that is
// shown through say stays joined to its element: changing the language changes the
// page as it stands, so that nothing that is being typed or written is lost.

// Each line is: key: [Chinese, English]. {name} stands for a parameter.
const words = {
  'name': ['出处', 'chuchu'],
  'skip': ['跳到正文', 'Skip to the content'],
  'nav': ['主导航', 'Main navigation'],
  'nav.ask': ['提问', 'Ask'],
  'nav.articles': ['文章', 'Articles'],
  'nav.briefings': ['简报', 'Briefings'],
  'nav.check': ['核对', 'Check'],
  'nav.status': ['状态', 'Status'],
  'language': ['EN', '中文'],
  'language.label': ['Switch to English', '切换为中文'],
  'theme.label': ['切换明暗', 'Switch between light and dark'],
  'close': ['关闭', 'Close'],
  'cancel': ['取消', 'Cancel'],
  'reload': ['重新打开', 'Load it again'],
  'loading': ['正在读取…', 'Loading…'],
  'missing.title': ['没有这个页面', 'There is no such page'],
  'missing.text': ['地址也许抄漏了；请从上面的导航进入。', 'Part of the address may be missing; the navigation above leads on.'],

  'key.open': ['密钥', 'Key'],
  'key.label': ['API 密钥', 'API key'],
  'key.title': ['用密钥登录', 'Sign in with a key'],
  'key.text': ['服务器要求密钥时，填在这里。它只留在这个标签页里，关闭即忘。', 'Where the server asks for an API key, enter it here. It stays in this tab only and is forgotten when you close it.'],
  'key.use': ['登录', 'Sign in'],
  'key.forget': ['退出', 'Sign out'],
  'key.wrong': ['服务器不认识这个密钥。', 'The server does not know this key.'],
  'key.empty': ['请先填入密钥。', 'Enter a key first.'],
  'key.known': ['已登录。', 'Signed in.'],
  'key.write': ['可读可写', 'may read and write'],
  'key.read': ['只读', 'may read'],
  'key.state': ['当前：{role}', 'Now: {role}'],

  'problem.network': ['连不上服务器。请确认它还在运行，再试一次。', 'The server cannot be reached. See that it is running, then try again.'],
  'problem.unauthorized': ['需要密钥才能继续。', 'A key is needed to go on.'],
  'problem.forbidden': ['这个密钥不能做这件事，或服务器不接受这个地址。', 'This key may not do that, or the server does not accept this address.'],
  'problem.foreign_origin': ['请直接打开本服务的地址，不要经由其他网页。', 'Open this server at its own address, not through another page.'],
  'problem.not_found': ['没有找到，可能已经删除。', 'It is not here; it may have been deleted.'],
  'problem.conflict': ['现在不能这样做：它已经结束，或还在进行。', 'Not now: it has ended, or is still going on.'],
  'problem.cancelled': ['已停止。', 'Stopped.'],
  'problem.gone': ['这篇文章已经删除。', 'This article was deleted.'],
  'problem.too_large': ['内容太长或文件太大。', 'The text is too long or the file too large.'],
  'problem.unsupported_format': ['不认识这种格式。', 'This format is not known here.'],
  'problem.refused': ['其中没有可以收入的内容。', 'Nothing in it could be taken in.'],
  'problem.rate_limited': ['请求太多，请稍候再试。', 'Too many requests; wait a little.'],
  'problem.budget_exceeded': ['语言模型今天的用量已经用完。', 'The model has used up its budget for today.'],
  'problem.internal': ['服务器内部出错；日志里有原因，编号 {request_id}。', 'Something failed on the server; its log has the cause under {request_id}.'],
  'problem.model_failed': ['语言模型没有完成：{detail}', 'The model did not finish: {detail}'],
  'problem.embedder_failed': ['向量服务没有完成：{detail}', 'The embedder did not finish: {detail}'],
  'problem.unavailable': ['服务器正在停止或磁盘已满，请稍后再试。', 'The server is stopping or its disk is full; try again later.'],
  'problem.model_timeout': ['语言模型没有按时回应。', 'The model did not answer in time.'],
  'problem.upload_stopped': ['已停止，没有收入。', 'Stopped; it was not taken in.'],
  'problem.upload_unsure': ['停止时服务器已经收到，可能已收入；再添加一次就能知道。', 'The server had it when this was stopped, and may have taken it in; adding it again will tell.'],
  'problem.other': ['{detail}', '{detail}'],

  'briefings.title': ['简报', 'Briefings'],
  'briefings.total': ['共 {count} 份', '{count} in all'],
  'briefings.none': ['还没有简报。简报就一个主题写成：摘要、分节、关键数字、时间线，每句话都指向原文。', 'There are no briefings yet. A briefing is written on a topic: summary, sections, key figures, timeline, every sentence with its source.'],
  'briefings.new': ['写简报', 'New briefing'],
  'briefings.follow': ['后续', 'follow-up'],
  'briefings.readonly': ['当前密钥只读，不能写简报。', 'This key may read only; it cannot have briefings made.'],
  'briefings.order': ['写一份简报', 'Have a briefing made'],
  'briefings.follows': ['接在这份之后，说明有什么新情况：', 'Follows up this one and says what is new:'],
  'briefings.kept': ['沿用原来选定的文章范围', 'The articles that it was narrowed down to are taken over'],
  'briefings.topic': ['主题', 'Topic'],
  'briefings.focus': ['关注的方面（用顿号或逗号分开）', 'Aspects that matter, by comma'],
  'briefings.options': ['更多选项', 'More options'],
  'briefings.audience': ['读者', 'Readers'],
  'briefings.from': ['发表不早于', 'Published from'],
  'briefings.to': ['发表不晚于', 'Published to'],
  'briefings.as_of': ['截至（不填则为今天）', 'As of (today if empty)'],
  'briefings.outlets': ['媒体（逗号分隔）', 'Outlets, by comma'],
  'briefings.tags': ['标签（逗号分隔）', 'Tags, by comma'],
  'briefings.length': ['篇幅', 'Length'],
  'briefings.option.length.short': ['短', 'short'],
  'briefings.option.length.standard': ['标准', 'standard'],
  'briefings.option.length.long': ['长', 'long'],
  'briefings.language': ['语言', 'Language'],
  'briefings.option.language.auto': ['随主题', 'as the topic'],
  'briefings.option.language.zh': ['中文', 'Chinese'],
  'briefings.option.language.en': ['英文', 'English'],
  'briefings.references': ['参考文献格式', 'References'],
  'briefings.option.references.gbt7714': ['国标 GB/T 7714', 'GB/T 7714'],
  'briefings.option.references.apa': ['APA 格式', 'APA'],
  'briefings.option.references.plain': ['简单', 'plain'],
  'briefings.sections': ['各节标题，一行一个（不填则按找到的内容分节）', 'Headings, one a line (none: made from what is found)'],
  'briefings.make': ['开始写', 'Make it'],
  'briefings.wrong.topic': ['请写明主题。', 'Say what it is to be about.'],
  'briefings.wrong.to': ['这一天早于起始日。', 'This day is before the first one.'],
  'briefings.wrong.sections': ['最多 {most} 节。', 'At most {most} headings.'],
  'briefings.wrong.heading': ['标题最长 {most} 字。', 'A heading has at most {most} characters.'],
  'briefings.wrong.twice': ['有两节标题相同。', 'Two headings are the same.'],
  'briefing.status.queued': ['排队中', 'waiting'],
  'briefing.status.running': ['正在写', 'being made'],
  'briefing.status.done': ['已完成', 'done'],
  'briefing.status.refused': ['资料不足', 'too little found'],
  'briefing.status.failed': ['没有写成', 'failed'],
  'briefing.status.cancelled': ['已取消', 'cancelled'],
  'briefing.ended.done': ['简报写好了。', 'The briefing is ready.'],
  'briefing.ended.refused': ['没有写成：所收文章不够写这个主题。', 'Not made: the collection holds too little on this topic.'],
  'briefing.ended.failed': ['这份简报没有写成。', 'This briefing failed.'],
  'briefing.ended.cancelled': ['这份简报已取消，没有写完。', 'This briefing was cancelled and is not finished.'],
  'briefing.refused.off_topic': ['所收文章不涉及这个主题', 'The collection is not about this topic'],
  'briefing.refused.no_evidence': ['关于这个主题的内容太少', 'There is too little on this topic'],
  'briefing.step.survey': ['查找资料', 'Search'],
  'briefing.step.outline': ['分节', 'Outline'],
  'briefing.step.write': ['写作', 'Write'],
  'briefing.step.check': ['核对', 'Check'],
  'briefing.step.finish': ['收尾', 'Finish'],
  'briefing.writing': ['正在写：{of} 节中写好 {done} 节，依据 {articles} 篇文章', 'Writing: {done} of {of} sections, from {articles} articles'],
  'briefing.counts': ['找到 {articles} 篇文章的 {passages} 段；写好 {sentences} 句，删去 {dropped} 句', '{passages} passages of {articles} articles; {sentences} sentences written, {dropped} left out'],
  'briefing.progress': ['进度', 'Progress'],
  'briefing.cancel': ['取消', 'Cancel'],
  'briefing.retry': ['再试一次', 'Try again'],
  'briefing.all': ['全部简报', 'All briefings'],
  'briefing.model': ['模型：{name}', 'Model: {name}'],
  'briefing.about.topic': ['主题 {topic}', 'Topic {topic}'],
  'briefing.about.audience': ['读者 {audience}', 'For {audience}'],
  'briefing.about.focus': ['关注 {focus}', 'Focus {focus}'],
  'briefing.about.created': ['{date} 预订', 'ordered {date}'],
  'briefing.about.previous': ['前一份简报', 'The briefing before it'],
  'briefing.found': ['找到 {articles} 篇文章的 {passages} 段', '{passages} passages of {articles} articles found'],
  'briefing.files': ['下载', 'Download'],
  'briefing.recheck': ['重新核对', 'Check again'],
  'briefing.recheck.moved': ['{count} 句的核对结果变了', '{count} sentences have another verdict now'],
  'briefing.recheck.same': ['核对结果没有变化', 'No verdict has changed'],
  'briefing.recheck.now': ['现在是', 'now'],
  'briefing.recheck.articles': ['有改动的来源', 'Sources that have changed'],
  'briefing.follow': ['写后续', 'Follow up'],
  'briefing.again': ['再写一份', 'Make it again'],
  'briefing.delete.title': ['删除这份简报？', 'Delete this briefing?'],
  'briefing.delete.text': ['“{title}”将被抹去，不能恢复；文章不受影响。', '“{title}” is erased and cannot be brought back; the articles stay.'],
  'briefing.contents': ['目录', 'Contents'],
  'briefing.summary': ['摘要', 'Summary'],
  'briefing.news': ['上次以来', 'Since the last one'],
  'briefing.news.nothing': ['没有实质性的新情况。', 'Nothing material.'],
  'briefing.news.new': ['新增', 'New'],
  'briefing.news.changed': ['有变化', 'Changed'],
  'briefing.news.corrected': ['来源已更正', 'Corrected in the source'],
  'briefing.news.withdrawn': ['来源已撤下', 'Withdrawn'],
  'briefing.news.was': ['原先', 'Then'],
  'briefing.news.now': ['现在', 'Now'],
  'briefing.news.rest': ['{unchanged} 句未变，{unmentioned} 句这次没有再提。', '{unchanged} sentences stand, {unmentioned} are not mentioned any more.'],
  'briefing.figures': ['关键数字', 'Key figures'],
  'briefing.figure.what': ['事项', 'What'],
  'briefing.figure.value': ['数值', 'Value'],
  'briefing.figure.date': ['时间', 'Date'],
  'briefing.figure.source': ['来源', 'Source'],
  'briefing.figure.others': ['其他说法', 'Others say'],
  'briefing.date.Q': ['{year} 年第 {number} 季度', 'Q{number} {year}'],
  'briefing.date.H1': ['{year} 年上半年', 'first half of {year}'],
  'briefing.date.H2': ['{year} 年下半年', 'second half of {year}'],
  'briefing.timeline': ['时间线', 'Timeline'],
  'briefing.inyear': ['年内', 'that year'],
  'briefing.conflicts': ['说法不一', 'Disagreements'],
  'briefing.gaps': ['所收文章没有回答的', 'What the collection does not answer'],
  'briefing.dropped': ['未采用的句子（{count}）', 'Sentences left out ({count})'],
  'briefing.repeated': ['与另一句重复', 'says the same as another sentence'],
  'briefing.references': ['参考文献', 'References'],

  'check.title': ['核对文稿', 'Check a draft'],
  'check.lead': ['把写好的文字放进来：逐句对照所收文章，不一致的数字、日期和名称会标出来，原文就在旁边。文稿不会保存。', 'Put in what you have written: each sentence is held against the articles, figures, dates and names that differ are picked out, and the source stands beside it. The draft is not kept.'],
  'check.text': ['要核对的文字', 'The text to check'],
  'check.hint': ['在这里粘贴文字，或把文件拖到页面上（文本、Markdown、Word）', 'Paste a text here, or drop a file on the page (text, Markdown, Word)'],
  'check.keys': ['Ctrl + 回车核对 · Esc 停止', 'Ctrl+Enter checks · Esc stops'],
  'check.length': ['{length} / {most} 字', '{length} of {most} characters'],
  'check.check': ['核对', 'Check'],
  'check.file': ['选择文件', 'Choose a file'],
  'check.drop': ['松手即核对这个文件', 'Let go to check this file'],
  'check.asof': ['写作日期（“去年”等由此算起）', 'Written on (“last year” counts from it)'],
  'check.empty': ['请先放入要核对的文字。', 'Put in a text first.'],
  'check.over': ['文字太长，最多 {most} 字；请分段核对。', 'The text is too long: {most} characters at most. Check it in parts.'],
  'check.onefile': ['一次核对一个文件。', 'One file at a time.'],
  'check.running': ['正在逐句核对…', 'Checking sentence by sentence…'],
  'check.stopped': ['已停止。', 'Stopped.'],
  'check.done': ['核对完毕。{claims} 个论断：{supported} 个有据，{weak} 个依据不足，{contradicted} 个与来源不符，{not_found} 个未找到。', 'Checked. Of {claims} claims {supported} hold, {weak} are weakly supported, {contradicted} contradicted, {not_found} not found.'],
  'check.summary': ['{claims} 个论断：{supported} 个有据，{weak} 个依据不足，{contradicted} 个与来源不符，{not_found} 个未找到。', 'Of {claims} claims {supported} hold, {weak} are weakly supported, {contradicted} contradicted, {not_found} not found.'],
  'check.noclaim': ['这段文字里没有可核对的论断。', 'There is no claim in this text that could be checked.'],
  'check.counts': ['核对结果', 'Verdicts'],
  'check.nextof': ['到下一处', 'To the next one'],
  'check.next': ['下一处存疑（Alt + ↓）', 'Next doubtful sentence (Alt+↓)'],
  'check.previous': ['上一处存疑（Alt + ↑）', 'Previous doubtful sentence (Alt+↑)'],
  'check.clean': ['没有存疑的句子。', 'No sentence is doubtful.'],
  'check.edit': ['修改文稿', 'Edit the draft'],
  'check.copy.tip': ['复制带标记的文稿（Markdown）', 'Copy the marked text as Markdown'],
  'check.save': ['下载带标记的文稿（{format}）', 'Save the marked text as {format}'],
  'check.nothing': ['所收文章没有说到这句话。查找过：{terms}', 'No article of the collection speaks of this. Searched for: {terms}'],
  'check.same': ['相符：{list}', 'The same there: {list}'],
  'check.sources': ['对照的来源', 'Sources it was held against'],
  'check.here': ['文稿：', 'The draft: '],
  'check.there': ['来源：', 'The source: '],
  'check.kind.number': ['数字', 'Figure'],
  'check.kind.date': ['日期', 'Date'],
  'check.kind.name': ['名称', 'Name'],
  'check.kind.direction': ['方向', 'Direction'],
  'check.kind.word': ['用词', 'Word'],
  'check.kind.coverage': ['内容', 'Content'],

  'verdict.quoted': ['原文引用', 'quoted'],
  'verdict.supported': ['有据', 'supported'],
  'verdict.weak': ['依据不足', 'weakly supported'],
  'verdict.contradicted': ['与来源不符', 'contradicted'],
  'verdict.uncited': ['没有出处', 'no source'],
  'verdict.none': ['不含论断', 'makes no claim'],
  'verdict.not_found': ['未找到', 'not found'],
  'verdict.legend': ['标记', 'Marks'],
  'verdict.why.differs': ['文中“{claim}”，来源“{source}”', 'here “{claim}”, in the source “{source}”'],
  'verdict.why.same': ['“{claim}”即来源中的“{source}”', '“{claim}” is “{source}” in the source'],
  'verdict.why.absent': ['来源中没有“{claim}”', '“{claim}” is not in the source'],
  'verdict.why.coverage': ['来源只支持一部分', 'the source bears out a part only'],
  'verdict.model': ['由模型判断', 'judged by the model'],

  'ask.title': ['提问', 'Ask'],
  'ask.lead': ['问这些文章。每句话都指向它所依据的原文。', 'Ask the articles. Every sentence points to the words it rests on.'],
  'ask.box': ['问题', 'Question'],
  'ask.hint': ['想知道什么？', 'What do you want to know?'],
  'ask.followup': ['接着问…', 'Ask on…'],
  'ask.keys': ['回车提问 · Shift + 回车换行 · Esc 停止', 'Enter asks · Shift+Enter breaks the line · Esc stops'],
  'ask.send': ['提问', 'Ask'],
  'ask.stop': ['停止', 'Stop'],
  'ask.whole': ['整个问题', 'The whole question'],
  'ask.new': ['新的提问', 'New question'],
  'ask.newest': ['共 {count} 篇文章，最新的是', 'There are {count} articles; the newest'],
  'ask.recent': ['最近的提问', 'Recent questions'],
  'ask.recent.turns': ['{count} 问', '{count} questions'],
  'ask.recent.refused': ['未能回答', 'not answered'],
  'narrow': ['范围', 'Narrow down'],
  'narrow.from': ['发表不早于', 'Published from'],
  'narrow.to': ['发表不晚于', 'Published to'],
  'narrow.outlets': ['媒体（逗号分隔）', 'Outlets, by comma'],
  'narrow.tags': ['标签（逗号分隔）', 'Tags, by comma'],
  'ask.strict': ['只保留有依据的句子', 'Keep only sentences that hold'],
  'ask.empty': ['请先写下问题。', 'Write a question first.'],
  'ask.searching': ['正在查找…', 'Searching…'],
  'ask.reading': ['正在阅读 {count} 篇文章…', 'Reading {count} articles…'],
  'ask.writing': ['正在书写…', 'Writing…'],
  'ask.resuming': ['连接中断，正在接续…', 'Connection lost, resuming…'],
  'ask.stopped': ['已停止，没有保存。', 'Stopped; nothing was kept.'],
  'ask.again': ['再问一次', 'Ask again'],
  'ask.done': ['回答完毕。{claims} 个论断，{supported} 个有据。', 'Answered. {supported} of {claims} claims hold.'],
  'ask.refused': ['没有回答。', 'Not answered.'],
  'ask.missing': ['没有这个回答；它可能已经删除，或没有保存。', 'There is no such answer; it may have been deleted, or was not kept.'],
  'ask.earlier': ['更早的提问已经删除。', 'Earlier questions of this thread have been deleted.'],
  'ask.extracts': ['原句摘录', 'Extracts'],
  'ask.extracts.tip': ['没有使用语言模型：句子逐字取自文章', 'No model was used: the sentences are verbatim from the articles'],
  'ask.model': ['模型撰写', 'Written by a model'],
  'ask.asof': ['截至 {date}', 'as of {date}'],
  'ask.coverage': ['{claims} 个论断，{supported} 个有据', '{supported} of {claims} claims hold'],
  'ask.sources': ['来源', 'Sources'],
  'ask.dropped': ['删去的句子（{count}）', 'Sentences left out ({count})'],
  'ask.copy': ['复制', 'Copy'],
  'ask.copy.tip': ['复制为带出处的 Markdown', 'Copy as Markdown with references'],
  'ask.copied': ['已复制', 'Copied'],
  'ask.copy.failed': ['浏览器不允许复制，请从这里选取：', 'The browser does not allow it; select the text here:'],
  'ask.why': ['依据何来', 'Why this?'],

  'chips': ['这次查找的范围；去掉一项会重新提问', 'What was searched; taking one away asks again'],
  'chip.window': ['时间 {range}', 'Time {range}'],
  'chip.window.text': ['“{text}”：{range}', '“{text}”: {range}'],
  'chip.strict': ['仅此期间', 'only then'],
  'chip.published': ['发表 {range}', 'Published {range}'],
  'chip.outlet': ['媒体 {name}', 'Outlet {name}'],
  'chip.tag': ['标签 {name}', 'Tag {name}'],
  'chip.article': ['文章 {name}', 'Article {name}'],
  'chip.remove': ['去掉“{what}”，重新提问', 'Without “{what}”, ask again'],
  'range.both': ['{from} 至 {to}', '{from} to {to}'],
  'range.from': ['{from} 起', 'from {from}'],
  'range.to': ['至 {to}', 'until {to}'],

  'conflicts': ['来源说法不一', 'The sources disagree'],
  'conflict.open': ['看原文', 'See it there'],

  'refusal.off_topic': ['所收文章不涉及这个问题', 'The collection is not about this'],
  'refusal.no_evidence': ['没有找到相关内容', 'Nothing was found'],
  'refusal.model_declined': ['找到的段落里没有答案', 'The passages found do not hold the answer'],
  'refusal.unsupported': ['写出的句子都没有得到来源支持', 'No sentence that was written is borne out'],
  'refusal.searched': ['查找过：{queries}', 'Searched for: {queries}'],
  'refusal.nearest': ['最接近的文章', 'The nearest articles'],

  'why.title': ['依据何来', 'Why this?'],
  'why.standalone': ['完整问题', 'Question in full'],
  'why.queries': ['查找语句', 'Queries'],
  'why.terms': ['词', 'Terms'],
  'why.window': ['时间范围', 'Time'],
  'why.none': ['不限', 'any'],
  'why.source': ['计划来自', 'Plan by'],
  'why.rules': ['规则', 'rules'],
  'why.bymodel': ['模型', 'the model'],
  'why.fallback': ['模型没有给出计划（{reason}），改用规则', 'the model gave no plan ({reason}), so rules did'],
  'why.model': ['书写', 'Writer'],
  'why.took': ['用时', 'Took'],
  'why.took.text': ['计划 {plan} 毫秒，查找 {retrieve} 毫秒，书写 {answer} 毫秒，核对 {verify} 毫秒', 'plan {plan} ms, search {retrieve} ms, writing {answer} ms, checking {verify} ms'],
  'why.candidates': ['候选段落（{count}）', 'Candidate passages ({count})'],
  'why.rank': ['名次', 'Rank'],
  'why.passage': ['段落', 'Passage'],
  'why.score': ['总分', 'Score'],
  'why.lexical': ['字词', 'Words'],
  'why.vector': ['向量', 'Vector'],
  'why.time': ['时间', 'Time'],
  'why.rerank': ['重排', 'Rerank'],
  'why.nocandidates': ['没有保存候选段落。', 'No candidates were kept.'],

  'cite.label': ['出处 {number}：{title}', 'Source {number}: {title}'],
  'cite.unlocated': ['没有定位到具体文字', 'not located in the text'],
  'cite.gone': ['文章已删除，引文不再保存', 'the article was deleted, and its words with it'],
  'cite.opened': ['已打开《{title}》，引文 {at}/{of}', 'Opened “{title}”, quotation {at} of {of}'],

  'pane': ['原文', 'Source'],
  'pane.hint': ['点句末的数字，原文在这里展开，并标出所依据的字句。', 'Click a number behind a sentence: the article opens here, with the words it rests on marked.'],
  'pane.at': ['引文 {at} / {of}', 'Quotation {at} of {of}'],
  'pane.next': ['下一处引文', 'Next quotation'],
  'pane.previous': ['上一处引文', 'Previous quotation'],
  'pane.page': ['文章页', 'Article page'],
  'pane.original': ['原网页', 'Original'],
  'pane.older': ['这是第 {version} 版；文章后来有改动。', 'This is version {version}; the article has changed since.'],

  'state.changed': ['文章已改动', 'changed since'],
  'state.deleted': ['文章已删除', 'deleted since'],
  'undated': ['日期不详', 'undated'],
  'untitled': ['（无标题）', '(untitled)'],

  'articles.title': ['文章', 'Articles'],
  'articles.search': ['标题含有', 'Title contains'],
  'articles.outlet': ['媒体', 'Outlet'],
  'articles.tag': ['标签', 'Tag'],
  'articles.from': ['自', 'From'],
  'articles.to': ['至', 'To'],
  'articles.apply': ['查找', 'Find'],
  'articles.reset': ['清除', 'Clear'],
  'articles.total': ['共 {count} 篇', '{count} articles'],
  'articles.undated': ['其中 {count} 篇的日期不详或不到月', '{count} of them without a month'],
  'articles.ask': ['就这个范围提问', 'Ask within this range'],
  'articles.none': ['没有符合条件的文章。', 'No article fits.'],
  'articles.empty': ['还没有文章。把文件拖到这里，或按“添加文件”。', 'There are no articles yet. Drop files here, or press “Add files”.'],
  'articles.more': ['更多', 'More'],
  'articles.months': ['每月篇数', 'Articles by month'],
  'articles.months.keys': ['左右键选月份，回车只看该月', 'Arrow keys choose a month, Enter shows it alone'],
  'articles.years': ['每年篇数', 'Articles by year'],
  'articles.years.keys': ['左右键选年份，回车只看该年', 'Arrow keys choose a year, Enter shows it alone'],
  'articles.month': ['{month}：{count} 篇', '{month}: {count} articles'],
  'articles.add': ['添加文件', 'Add files'],

  'article.version': ['第 {version} 版', 'Version {version}'],
  'article.versions': ['版本', 'Versions'],
  'article.updated': ['{date} 收入', 'taken in {date}'],
  'article.tags': ['标签', 'Tags'],
  'article.passages': ['段落（{count}）', 'Passages ({count})'],
  'article.passages.old': ['旧版本不再分段。', 'Passages are kept of the newest version only.'],
  'article.passage': ['第 {number} 段，字符 {start}–{end}', 'Passage {number}, characters {start}–{end}'],
  'article.family': ['相同内容的其他刊载', 'Other prints of the same text'],
  'article.cited': ['引用它的回答与简报', 'Cited by'],
  'article.cited.none': ['还没有回答或简报引用它。', 'No answer or briefing cites it yet.'],
  'article.cited.answer': ['回答', 'Answer'],
  'article.cited.briefing': ['简报', 'Briefing'],
  'article.cited.older': ['更早的 {count} 份没有列出。', '{count} older ones are not listed.'],
  'article.delete': ['删除…', 'Delete…'],
  'article.delete.title': ['删除这篇文章？', 'Delete this article?'],
  'article.delete.text': ['《{title}》的所有版本都会抹去，不能恢复；引用它的回答会注明文章已删除。', 'All versions of “{title}” are erased and cannot be brought back; answers that cite it will say so.'],
  'article.delete.yes': ['删除', 'Delete'],
  'article.deleted': ['已删除。', 'Deleted.'],
  'article.quote': ['标出的是字符 {start}–{end}。', 'Characters {start}–{end} are marked.'],
  'article.quote.outside': ['地址里的位置 {start}–{end} 不在这一版的文字里。', 'The place {start}–{end} of the address is not in the text of this version.'],

  'upload.drop': ['松手即收入这些文件', 'Let go to take these files in'],
  'upload.title': ['收入文件', 'Taking in files'],
  'upload.progress': ['{done} / {of} 个文件', '{done} of {of} files'],
  'upload.finished': ['已完成：新增 {added}，更新 {updated}，未变 {unchanged}，拒收 {refused}', 'Done: {added} added, {updated} updated, {unchanged} unchanged, {refused} refused'],
  'upload.finished.left': ['已完成：新增 {added}，更新 {updated}，未变 {unchanged}，拒收 {refused}，没有收入 {left}', 'Done: {added} added, {updated} updated, {unchanged} unchanged, {refused} refused, {left} not taken in'],
  'upload.stop': ['停止', 'Stop'],
  'upload.list': ['文件清单', 'List of files'],
  'upload.only': ['只看没有收入的', 'Only what was not taken in'],
  'upload.left': ['没有收入', 'not taken in'],
  'upload.reason.empty': ['文件是空的。', 'The file is empty.'],
  'upload.reason.nothing': ['里面没有文章。', 'There is no article in it.'],
  'upload.reason.binary': ['不是文本，也不是认识的格式。', 'It is neither text nor of a known format.'],
  'upload.reason.encoding': ['不是 UTF-8、UTF-16、GB18030 或 Big5 文本，或已损坏；存成 UTF-8 再试。', 'It is not UTF-8, UTF-16, GB18030 or Big5 text, or is damaged; save it as UTF-8 and try again.'],
  'upload.reason.long': ['文章太长，最多 {most} 个字符。', 'The article is too long; at most {most} characters are taken.'],
  'upload.reason.large': ['文件太大，一次最多 {most}。', 'The file is too large; {most} at once is the most.'],
  'upload.reason.pdf': ['读 PDF 需要服务器上装有 poppler（pdftotext）。', 'Reading PDF needs poppler (pdftotext) on the server.'],
  'upload.stopped': ['已停止，没有发送。', 'Stopped before it was sent.'],
  'upload.unreadable': ['浏览器读不到这个文件。', 'The browser cannot read this file.'],
  'upload.waiting': ['等待', 'waiting'],
  'upload.sending': ['发送 {percent}%', 'sending {percent}%'],
  'upload.reading': ['读取中', 'being read'],
  'upload.added': ['新增', 'added'],
  'upload.updated': ['更新', 'updated'],
  'upload.unchanged': ['未变', 'unchanged'],
  'upload.refused': ['拒收', 'refused'],
  'upload.readonly': ['当前密钥只读，不能添加文件。', 'This key may read only; it cannot add files.'],
  'upload.nothing': ['没有文件。', 'There was no file.'],

  'status.title': ['状态', 'Status'],
  'status.lead': ['什么已连接、收了什么、正在做什么。', 'What is connected, what is here, what is going on.'],
  'status.away': ['连不上服务器；它一回来，这里就接着更新。', 'The server cannot be reached; this page goes on as soon as it is back.'],
  'status.back': ['服务器回来了。', 'The server is back.'],
  'status.connected': ['已连接', 'Connected'],
  'status.model': ['语言模型', 'Model'],
  'status.model.none': ['没有：回答由原句摘录而成。', 'None: answers are made of extracts.'],
  'status.model.connect': ['要连接一个，在 config.yaml 里设 llm.provider 和 llm.model，再重新启动服务器。', 'To connect one, set llm.provider and llm.model in config.yaml and start the server again.'],
  'status.embedder': ['向量服务', 'Embedder'],
  'status.embedder.static': ['内置，不需要别的服务器', 'built in, needs no other server'],
  'status.version': ['版本', 'Version'],
  'status.collection': ['文章库', 'Collection'],
  'status.articles': ['文章', 'Articles'],
  'status.months': ['{from} 至 {to}', '{from} to {to}'],
  'status.passages': ['段落', 'Passages'],
  'status.vectors': ['其中 {embedded} 个有向量', '{embedded} of them have a vector'],
  'status.index': ['索引', 'Index'],
  'status.index.level': ['与记录一致', 'level with the record'],
  'status.index.behind': ['{count} 个段落中已收 {indexed} 个', '{indexed} of {count} passages so far'],
  'status.answers': ['已存回答', 'Answers'],
  'status.briefings': ['简报', 'Briefings'],
  'status.count': ['{count} 个', '{count}'],
  'status.none': ['没有', 'none'],
  'status.running': ['正在进行', 'Running'],
  'status.writing': ['正在写的回答', 'Answers'],
  'status.making': ['正在写的简报', 'Briefings'],
  'status.more': ['另有 {count} 份', '{count} more'],
  'status.standing': ['定期简报', 'Standing'],
  'status.next': ['下次 {time}', 'next {time}'],

  'checkup.title': ['检查', 'Check-up'],
  'checkup.now': ['立即检查', 'Check now'],
  'checkup.running': ['正在检查…', 'Checking…'],
  'checkup.well': ['{time} 检查完毕，一切正常。', 'Checked at {time}: all is well.'],
  'checkup.faults': ['{time} 检查完毕，有问题的：{count} 处。', 'Checked at {time}; what needs attention: {count}.'],
  'checkup.offline': ['没有询问语言模型和向量服务；“立即检查”会问。', 'Model and embedder were not asked; “Check now” asks them.'],
  'checkup.good': ['正常', 'well'],
  'checkup.bad': ['有问题', 'needs attention'],

  'doctor.part.configuration': ['配置', 'Configuration'],
  'doctor.part.data': ['数据目录', 'Data'],
  'doctor.part.record': ['记录', 'Record'],
  'doctor.part.vectors': ['向量', 'Vectors'],
  'doctor.part.index': ['索引', 'Index'],
  'doctor.part.embedder': ['向量服务', 'Embedder'],
  'doctor.part.model': ['语言模型', 'Model'],
  'doctor.part.network': ['外发', 'Sent out'],
  'doctor.part.pdf': ['PDF 文件', 'PDF files'],
  'doctor.configuration.valid': ['没有问题', 'is valid'],
  'doctor.configuration.prompts': ['有一个提示词文件不能用', 'a prompt cannot be used'],
  'doctor.configuration.prompts.advice': ['改好或移走 prompts 所指文件夹里的那个文件', 'mend or remove the file in the folder that prompts names'],
  'doctor.data.missing': ['数据目录还不存在', 'the data directory is not there yet'],
  'doctor.data.missing.advice': ['chuchu serve 会建立它并放入示例文章，chuchu ingest 放入你的文章', 'chuchu serve makes it, with example articles; chuchu ingest with yours'],
  'doctor.data.gone': ['数据目录不见了', 'the data directory is not there any more'],
  'doctor.data.gone.advice': ['停止服务器，把最近的备份恢复到空的数据目录', 'stop the server, and restore the newest backup into an empty data directory'],
  'doctor.data.locked': ['数据目录正被另一个进程使用', 'another process has the data directory'],
  'doctor.data.unusable': ['数据目录不能用', 'the data directory cannot be used'],
  'doctor.data.unusable.advice': ['检查它的所有者和权限，或用 --data 另指一个目录', 'check its owner and mode, or name another directory with --data'],
  'doctor.data.free': ['数据目录在，无人占用', 'the data directory is there and free'],
  'doctor.data.own': ['数据目录在，由本服务器使用', 'the data directory is there, and this server has it'],
  'doctor.record.empty': ['是空的', 'is empty'],
  'doctor.record.empty.advice': ['用 chuchu ingest PATH 放入文章', 'chuchu ingest PATH fills it'],
  'doctor.record.counts': ['{articles} 篇文章，{passages} 个段落，{answers} 个已存回答，{briefings} 份简报', '{articles} articles, {passages} passages, {answers} stored answers, {briefings} briefings'],
  'doctor.record.newer': ['由更新版本的 chuchu 写成', 'was written by a newer chuchu'],
  'doctor.record.newer.advice': ['用较新的 chuchu，或换一个数据目录', 'use the newer chuchu, or another data directory'],
  'doctor.record.damaged': ['已损坏', 'is damaged'],
  'doctor.record.damaged.advice': ['把最近的备份恢复到空的数据目录，命名为 chuchu.db', 'restore the newest backup into an empty data directory, as chuchu.db'],
  'doctor.record.forbidden': ['不允许读取', 'may not be read'],
  'doctor.record.forbidden.advice': ['检查数据目录及其中文件的所有者和权限', 'check owner and mode of the data directory and the files in it'],
  'doctor.record.failed': ['读不出来；日志里有原因', 'cannot be read; the log has the cause'],
  'doctor.vectors.all': ['{passages} 个段落中 {embedded} 个有向量', '{embedded} of {passages} passages have one'],
  'doctor.vectors.some': ['{passages} 个段落中 {embedded} 个有向量', '{embedded} of {passages} passages have one'],
  'doctor.vectors.some.advice': ['下次启动时补齐', 'the next start makes the rest'],
  'doctor.vectors.failed': ['数不出来；日志里有原因', 'cannot be counted; the log has the cause'],
  'doctor.index.fits': ['在，与这个版本相合', 'is there and fits this version'],
  'doctor.index.none': ['需要建立', 'has to be built'],
  'doctor.index.none.advice': ['下次启动时从记录建立', 'the next start builds it from the record'],
  'doctor.index.level': ['收有全部 {passages} 个段落', 'holds all {passages} passages'],
  'doctor.index.behind': ['收有 {passages} 个段落中的 {indexed} 个', 'holds {indexed} of {passages} passages'],
  'doctor.index.behind.advice': ['正在补齐；若一直没有补上，请重新启动服务器', 'it is being brought level; where that does not come, start the server again'],
  'doctor.index.failed': ['读不出来；日志里有原因', 'cannot be read; the log has the cause'],
  'doctor.index.failed.advice': ['下次启动时从记录建立', 'the next start builds it from the record'],
  'doctor.embedder.config': ['按现在的配置无法建立', 'cannot be made as it is configured'],
  'doctor.embedder.config.advice': ['见 config.yaml 的 embed:', 'see embed: in config.yaml'],
  'doctor.embedder.skipped': ['配置了 {provider}，这次没有询问', '{provider} is configured; not asked'],
  'doctor.embedder.answers': ['{name} 在 {ms} 毫秒内回应', '{name} answers in {ms} ms'],
  'doctor.embedder.failed': ['{detail}', '{detail}'],
  'doctor.embedder.failed.advice': ['检查 embed.url、embed.model 和密钥，或设 embed.provider: static', 'check embed.url, embed.model and the key, or set embed.provider: static'],
  'doctor.embedder.silent': ['{seconds} 秒内没有回应', 'does not answer within {seconds} s'],
  'doctor.embedder.silent.advice': ['检查 embed.url、embed.model 和密钥，或设 embed.provider: static', 'check embed.url, embed.model and the key, or set embed.provider: static'],
  'doctor.model.config': ['按现在的配置无法建立', 'cannot be made as it is configured'],
  'doctor.model.config.advice': ['见 config.yaml 的 llm:', 'see llm: in config.yaml'],
  'doctor.model.none': ['没有：回答由原句摘录而成', 'none: answers are made of extracts'],
  'doctor.model.none.advice': ['在 config.yaml 里用 llm.provider 连接一个', 'llm.provider in config.yaml connects one'],
  'doctor.model.skipped': ['配置了 {provider}，这次没有询问', '{provider} is configured; not asked'],
  'doctor.model.answers': ['{provider} {name} 在 {ms} 毫秒内回应', '{provider} {name} answers in {ms} ms'],
  'doctor.model.failed': ['{detail}', '{detail}'],
  'doctor.model.failed.advice': ['检查 llm.url、llm.model 和 {variable} 里的密钥', 'check llm.url, llm.model and the key in {variable}'],
  'doctor.model.silent': ['{seconds} 秒内没有回应', 'does not answer within {seconds} s'],
  'doctor.model.silent.advice': ['检查 llm.url、llm.model 和 {variable} 里的密钥', 'check llm.url, llm.model and the key in {variable}'],
  'doctor.model.spent': ['用量已经用完', 'has used up its budget'],
  'doctor.model.spent.advice': ['见 config.yaml 的 llm.day_tokens', 'see llm.day_tokens in config.yaml'],
  'doctor.network.none': ['什么都不外发', 'nothing is sent anywhere'],
  'doctor.network.embedder': ['段落和问题发往 {to}，用来计算向量', 'passages and questions to {to} for embedding'],
  'doctor.network.model': ['问题和找到的段落发往 {to}，用来回答', 'questions and the passages found for them to {to} for answering'],
  'doctor.network.reranker': ['问题和找到的段落发往 {to}，用来重排', 'questions and the passages found for them to {to} for reranking'],
  'doctor.pdf.none': ['没有安装 pdftotext：PDF 文件会被拒收', 'pdftotext is not installed: PDF files are refused'],
  'doctor.pdf.none.advice': ['安装 poppler：apt install poppler-utils 或 brew install poppler', 'install poppler: apt install poppler-utils, or brew install poppler'],
  'doctor.pdf.there': ['{version}', '{version}'],

  'elsewhere.title': ['在别处使用', 'Use it from elsewhere'],
  'elsewhere.lead': ['别的程序和支持 MCP 的助手可以用同样的文章；要密钥时，填你自己的。自己启动程序的助手用 chuchu mcp 命令。', 'Programs, and assistants that speak MCP, can use the same articles; where a key is asked for, put in your own. Assistants that start a program themselves use the command chuchu mcp.'],
  'elsewhere.mcp': ['MCP 地址', 'MCP address'],
  'elsewhere.json': ['按地址连接的助手（如 Cursor）的配置', 'Configuration of assistants that take an address, as Cursor does'],
  'elsewhere.claude': ['命令行助手：Claude Code', 'At the command line: Claude Code'],
  'elsewhere.curl': ['其他程序：用 curl 检索', 'Other programs: a search by curl'],
  'elsewhere.copy': ['复制：{what}', 'Copy: {what}'],
  'elsewhere.selected': ['浏览器不允许复制；文字已经选中。', 'The browser does not allow copying; the text is selected.'],
};

const languages = { zh: 0, en: 1 };
const storageName = 'chuchu.language';
let current = initial();
const bound = new Set(); // weak references to elements whose texts change with the language
const bindings = new WeakMap(); // element → Map of attribute ('' for the text) → [key, parameters]
const listeners = new Set();

function initial() {
  try {
    const kept = localStorage.getItem(storageName);
    if (kept in languages) return kept;
  } catch {
    // Without storage the browser's own preference holds.
  }
  for (const wanted of navigator.languages ?? [navigator.language]) {
    if (/^zh\b/i.test(wanted)) return 'zh';
    if (/^en\b/i.test(wanted)) return 'en';
  }
  return 'en';
}

// language is the one the page is shown in, zh or en.
export function language() {
  return current;
}

// t returns a text. A parameter that is itself {key, with} is a text as well.
export function t(key, parameters = {}) {
  const pair = words[key];
  if (!pair) return key;
  return pair[languages[current]].replace(/\{(\w+)\}/g, (whole, name) => {
    const value = parameters[name];
    if (value === undefined || value === null) return '';
    return typeof value === 'object' ? t(value.key, value.with) : String(value);
  });
}

// has reports whether there is a text of that key.
export function has(key) {
  return Object.hasOwn(words, key);
}

// say shows a text in an element, and goes on showing it in the language chosen.
export function say(element, key, parameters) {
  bind(element, '', key, parameters);
}

// sayAttribute does so with an attribute.
export function sayAttribute(element, name, key, parameters) {
  bind(element, name, key, parameters);
}

function bind(element, name, key, parameters) {
  let of = bindings.get(element);
  if (!of) {
    of = new Map();
    bindings.set(element, of);
    bound.add(new WeakRef(element));
  }
  of.set(name, [key, parameters]);
  show(element, name, key, parameters);
}

function show(element, name, key, parameters) {
  if (name) element.setAttribute(name, t(key, parameters));
  else element.textContent = t(key, parameters);
}

// onLanguage calls a listener whenever the language changes, until the function that
// it returns is called.
export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// setLanguage changes the language of the page as it stands.
export function setLanguage(wanted) {
  current = wanted;
  try {
    localStorage.setItem(storageName, wanted);
  } catch {
    // It holds for this page then.
  }
  applyLanguage();
  for (const listener of listeners) listener();
}

// applyLanguage shows every text in the language chosen.
export function applyLanguage() {
  document.documentElement.lang = current === 'zh' ? 'zh-CN' : 'en';
  for (const reference of bound) {
    const element = reference.deref();
    if (!element) {
      bound.delete(reference);
      continue;
    }
    for (const [name, [key, parameters]] of bindings.get(element)) show(element, name, key, parameters);
  }
}
