namespace LeVo.Alignment.Phonemes;

/// <summary>Numbers in English words.</summary>
internal static class EnglishNumbers
{
    private static readonly string[] Small =
        ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
            + "eighteen nineteen").Split(' ');

    private static readonly string[] Tens = "twenty thirty forty fifty sixty seventy eighty ninety".Split(' ');

    /// <summary>The words of digits: years as they are said, longer numbers digit by digit.</summary>
    public static string Spell(string digits)
    {
        if (digits.Length > 6 || (digits.Length > 1 && digits[0] == '0'))
            return string.Join(' ', digits.Select(digit => Small[digit - '0']));
        int number = int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
        return number is >= 1100 and < 2000
            ? $"{Words(number / 100)} {(number % 100 == 0 ? "hundred" : number % 100 < 10 ? "oh " + Small[number % 100] : Words(number % 100))}"
            : Words(number);
    }

    private static string Words(int number) => number switch
    {
        < 20 => Small[number],
        < 100 => Tens[number / 10 - 2] + (number % 10 == 0 ? "" : " " + Small[number % 10]),
        < 1000 => Large(number, 100, "hundred"),
        _ => Large(number, 1000, "thousand"),
    };

    private static string Large(int number, int unit, string name) =>
        $"{Words(number / unit)} {name}{(number % unit == 0 ? "" : " " + Words(number % unit))}";
}
