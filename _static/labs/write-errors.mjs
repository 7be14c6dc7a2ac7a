// What a teacher would say of Python's errors, as MicroPython words them.

const ADVICE = {
  "__xor__": "A power is written **, as in w**2.",
  "__\\w+__: .*'function'":
    "A function is named but not called: add brackets, as in f(3).",
  "__\\w+__: .*'list'": "A list takes no arithmetic: take its numbers one by one.",
  "'NoneType' object has no attribute 'append'":
    "append changes the list and gives back None: write it without a name and = before.",
  "NoneType": "A function gives None: is its return missing?",
  "'(int|float)' (object isn't iterable|has no len)":
    "A number stands where a list is needed. To repeat something, loop over range(n).",
  "'(int|float)' object isn't subscriptable":
    "A number stands where a list is needed: it has no items in square brackets.",
  "'(int|float)' object has no attribute 'append'":
    "A number stands where a list is needed: an empty one is [].",
  "support item assignment": "This cannot be changed in part: make a list of it first.",
  "'list' object isn't callable": "An item of a list is in square brackets: x[0].",
  "'(int|float)' object isn't callable":
    "Multiplication is written *, also before brackets.",
  "can't convert (list|tuple) to": "This takes one number: which item of the list?",
  "__\\w+__: .*'str'": "What is in quotes is a text and no number.",
  "math domain error":
    "exp got too large a number, log got 0 or less, or sqrt a negative number.",
  "divide by zero": "The number that you divide by is 0.",
  "no module named '(numpy|torch)'": "Here is plain Python, without NumPy and PyTorch.",
  "name '(np|torch)' isn't": "Here is plain Python, without NumPy and PyTorch.",
  "integer with base 10": "Multiplication is written *, as in 2 * w.",
  "stops: NameError: name '\\w+' isn't defined$":
    "The checks ask for this name, and nothing has it: let it be called so again.",
  "name '(exp|log|sqrt|tanh)'":
    "This is in the module math: write math. before it, or import it from there.",
  "name '":
    "Nothing has this name here: is it spelt so? All that counts is in this box.",
  "referenced before":
    "A variable is used before it has a value: is that in one branch of an if?",
  "KeyError": "The dictionary has no such key: is the name spelt so?",
  "empty sequence": "This list is empty here.",
  "(positional|keyword) argument":
    "Count the arguments. Decimals have a point: 0.5 and not 0,5.",
  "IndentationError": "Does this line, or the next, begin where it should?",
  "to unpack": "The names before the = and the values behind it differ in number.",
  "index out of range": "The list is shorter: its items are counted from 0.",
  "object has no attribute":
    "It has nothing of this name: lists here are plain Python's.",
  "MemoryError": "Is there a loop without end?",
  "'return' outside": "Does return begin where its function's other lines begin?",
  "SyntaxError":
    "Is a colon, a bracket, a sign or an indent missing, here or in the line before?",
};

/**
 * Returns what helps with an error, or undefined.
 * @param {string} error The last line of Python's message.
 */
export function findAdvice(error) {
  const patterns = Object.keys(ADVICE);
  return ADVICE[patterns.find((pattern) => new RegExp(pattern).test(error))];
}
