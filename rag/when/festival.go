package when

// A festival is a holiday or a shopping day.
type festival struct {
	names []string
	// loose: the name is a word or a person's name, too. It counts with a year, or
	// with a word for the holiday after it.
	loose bool
	days  int   // that it lasts
	first shape // its first day, as a span of one
}

// festivals lists what articles date by. Names are folded; one that begins like
// another and is longer comes first. The lengths are those of the usual holiday:
// 春节 is the first to the seventh day of the new year.
var festivals = []festival{
	{names: []string{"春节", "chinese new year", "lunar new year", "spring festival"}, days: 7, first: lunar(springFestival)},
	{names: []string{"除夕"}, days: 1, first: lunarOffset(springFestival, -1)},
	{names: []string{"元宵节", "元宵", "lantern festival"}, days: 1, first: lunarOffset(springFestival, 14)},
	{names: []string{"清明节", "清明"}, loose: true, days: 1, first: lunar(qingming)},
	{names: []string{"端午节", "端午", "dragon boat festival"}, days: 1, first: lunar(dragonBoat)},
	{names: []string{"七夕节", "七夕"}, days: 1, first: lunar(qixi)},
	{names: []string{"中秋节", "中秋", "mid-autumn festival"}, days: 1, first: lunar(midAutumn)},
	{names: []string{"元旦节", "元旦", "new year's day"}, days: 1, first: daysShape(1, 1, 1)},
	{names: []string{"劳动节", "五一节", "五一"}, loose: true, days: 5, first: daysShape(5, 1, 1)},
	{names: []string{"国庆节", "国庆"}, loose: true, days: 7, first: daysShape(10, 1, 1)},
	{names: []string{"十一黄金周", "十一长假", "十一假期", "十一期间"}, days: 7, first: daysShape(10, 1, 1)},
	{names: []string{"圣诞节", "圣诞", "christmas"}, days: 1, first: daysShape(12, 25, 25)},
	{names: []string{"双十一", "双11", "光棍节", "double 11", "double eleven", "singles' day", "singles day"}, days: 1, first: daysShape(11, 11, 11)},
	{names: []string{"双十二", "双12"}, days: 1, first: daysShape(12, 12, 12)},
	{names: []string{"618"}, loose: true, days: 1, first: daysShape(6, 18, 18)},
	{names: []string{"黑色星期五", "black friday"}, days: 1, first: blackFriday},
}

// festivalStarts are the first runes of the names of festivals.
const festivalStarts = "春除元清端七中劳五国十圣双光6黑clsdnmb"

// shape returns the days of the festival.
func (f festival) shape() shape {
	return func(year int) (span, bool) {
		s, ok := f.first(year)
		return span{s.from, s.from + day(f.days) - 1}, ok
	}
}

// blackFriday is the day after the fourth Thursday of November.
func blackFriday(year int) (span, bool) {
	first := monthOf(year, 11).first()
	d := first + day((10-first.weekday())%7) + 22
	return span{d, d}, true
}

// lunarYear is the first year of lunarDays.
const lunarYear = 2015

// Columns of lunarDays.
const (
	springFestival = iota
	qingming
	dragonBoat
	qixi
	midAutumn
)

// lunarDays are the days of festivals by the lunar calendar, and of 清明, as month
// times 100 and day, for the years from lunarYear. The dates are those of the
// official calendar in China time: tables reckoned by a simpler rule are a day off
// in 2027 and 2030, where the new moon falls close to midnight.
var lunarDays = [...][5]int{
	{219, 405, 620, 820, 927}, {208, 404, 609, 809, 915}, {128, 404, 530, 828, 1004}, {216, 405, 618, 817, 924},
	{205, 405, 607, 807, 913}, {125, 404, 625, 825, 1001}, {212, 404, 614, 814, 921}, {201, 405, 603, 804, 910},
	{122, 405, 622, 822, 929}, {210, 404, 610, 810, 917}, {129, 404, 531, 829, 1006}, {217, 405, 619, 819, 925},
	{206, 405, 609, 808, 915}, {126, 404, 528, 826, 1003}, {213, 404, 616, 816, 922}, {203, 405, 605, 805, 912},
	{123, 405, 624, 824, 1001}, {211, 404, 612, 812, 919}, {131, 404, 601, 801, 908}, {219, 405, 620, 820, 927},
	{208, 405, 610, 810, 916},
}

func lunar(column int) shape { return lunarOffset(column, 0) }

func lunarOffset(column int, offset day) shape {
	return func(year int) (span, bool) {
		if year < lunarYear || year >= lunarYear+len(lunarDays) {
			return span{}, false
		}
		n := lunarDays[year-lunarYear][column]
		d, ok := dayOf(year, n/100, n%100)
		return span{d + offset, d + offset}, ok
	}
}
